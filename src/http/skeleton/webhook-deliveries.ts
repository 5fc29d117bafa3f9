import Type from "typebox";
import { given } from "../../lib/given.ts";
import { wireTime } from "../../lib/thread-rows.ts";
import type { Delivery } from "../../webhooks/delivery-records.ts";
import type { HttpContext } from "../context.ts";
import { userIdOf } from "../guard.ts";
import type { Server } from "../type-provider.ts";
import { closed, failures } from "./schemas.ts";

const route = { config: { access: "user", limit: "threads" } } as const;
const tags = ["webhooks"];

const State = Type.Enum(["waiting", "delivered", "failed"], { type: "string" });

export const DeliveryRow = Type.Object({
  id: Type.String({ description: "What the receiver sees as `webhook-id`." }),
  webhook_id: Type.Union([Type.String(), Type.Null()], { description: "`null`: it goes where a job said." }),
  ...{ url: Type.String(), event: Type.String(), state: State },
  attempt: Type.Integer({ description: "Tries so far." }),
  status: Type.Union([Type.Integer(), Type.Null()], { description: "Of the last answer." }),
  answer: Type.Union([Type.String(), Type.Null()], { description: "How it begins." }),
  error: Type.Union([Type.String(), Type.Null()], { description: "Why the last try failed." }),
  ...{ created: Type.String(), updated: Type.String() },
});

const WholeDelivery = Type.Object({
  ...DeliveryRow.properties,
  body: Type.String({ description: "What is sent, byte by byte." }),
});

const ListQuery = Type.Object(
  {
    webhook_id: Type.Optional(Type.String({ maxLength: 200 })),
    state: Type.Optional(State),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, description: "Default 50." })),
    before: Type.Optional(Type.String({ maxLength: 200, description: "Only those older than this one." })),
  },
  closed,
);

const DeliveryId = Type.Object({ delivery_id: Type.String({ maxLength: 200 }) }, closed);

/** What was posted, and what came of it. */
export function registerDeliveries(server: Server, { webhooks }: HttpContext): void {
  server.get(
    "/api/v1/webhooks/deliveries",
    {
      ...route,
      schema: {
        summary: "What was posted, newest first",
        tags,
        querystring: ListQuery,
        response: {
          200: Type.Object({ deliveries: Type.Array(DeliveryRow), has_more: Type.Boolean() }),
          ...failures,
        },
      },
    },
    async (request) => {
      const { webhook_id: webhookId, limit = 50, ...rest } = request.query;
      const list = { limit: limit + 1, ...given({ ...rest, webhookId }) };
      const found = await webhooks.deliveries(userIdOf(request), list);
      return { deliveries: found.slice(0, limit).map(deliveryRow), has_more: found.length > limit };
    },
  );

  server.get(
    "/api/v1/webhooks/deliveries/:delivery_id",
    {
      ...route,
      schema: {
        summary: "A delivery with its body",
        tags,
        params: DeliveryId,
        response: { 200: WholeDelivery, ...failures },
      },
    },
    async (request) => {
      const delivery = await webhooks.delivery({
        userId: userIdOf(request),
        id: request.params.delivery_id,
      });
      return { ...deliveryRow(delivery), body: delivery.body };
    },
  );

  server.post(
    "/api/v1/webhooks/deliveries/:delivery_id/replay",
    {
      config: { access: "user", limit: "message" },
      schema: {
        summary: "Send it again, under its id",
        tags,
        params: DeliveryId,
        response: { 202: DeliveryRow, ...failures },
      },
    },
    async (request, reply) => {
      const at = { userId: userIdOf(request), id: request.params.delivery_id };
      return reply.code(202).send(deliveryRow(await webhooks.replay(at)));
    },
  );
}

export const deliveryRow = (delivery: Delivery) => {
  const { id, webhookId = null, url, event, state, attempt, created, updated } = delivery;
  const { status = null, answer = null, error = null } = delivery;
  return {
    ...{ id, webhook_id: webhookId, url, event, state, attempt, status, answer, error },
    ...{ created: wireTime(created), updated: wireTime(updated) },
  };
};
