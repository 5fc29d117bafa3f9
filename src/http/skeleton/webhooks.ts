import Type from "typebox";
import { SkeletonError } from "../../lib/errors.ts";
import { given } from "../../lib/given.ts";
import { wireTime } from "../../lib/thread-rows.ts";
import { eventNames } from "../../webhooks/event-names.ts";
import type { Webhook } from "../../webhooks/webhook-records.ts";
import type { HttpContext } from "../context.ts";
import { userIdOf } from "../guard.ts";
import type { Server } from "../type-provider.ts";
import { closed, Done, failures } from "./schemas.ts";
import { DeliveryRow, deliveryRow } from "./webhook-deliveries.ts";

const route = { config: { access: "user", limit: "threads" } } as const;
const tags = ["webhooks"];

const fields = {
  url: Type.String({ maxLength: 2000, description: "Where to post." }),
  events: Type.Array(Type.String({ maxLength: 100 }), {
    minItems: 1,
    maxItems: 50,
    description: "Names of account events, as `GET /api/v1/events` tells them; `*` is all of them.",
  }),
  active: Type.Boolean({ description: "What is not active is told nothing. Default `true`." }),
  description: Type.String({ maxLength: 200, description: "For yourself." }),
};

const { url, ...others } = fields;
const NewWebhook = Type.Object({ url, ...Type.Partial(Type.Object(others)).properties }, closed);
const WebhookChange = Type.Partial(Type.Object(fields), closed);

const WebhookRow = Type.Object({
  ...{ id: Type.String(), url: Type.String(), events: Type.Array(Type.String()) },
  ...{ active: Type.Boolean(), description: Type.String(), created: Type.String() },
});

const Secret = Type.String({ description: "Messages are signed with it. It is shown this once." });

const WebhookId = Type.Object({ webhook_id: Type.String({ maxLength: 200 }) }, closed);

/** Where the account's events are posted. */
export function registerWebhooks(server: Server, { webhooks }: HttpContext): void {
  server.get(
    "/api/v1/webhooks",
    {
      ...route,
      schema: {
        summary: "Your webhooks, oldest first",
        tags,
        response: { 200: Type.Array(WebhookRow), ...failures },
      },
    },
    async (request) => (await webhooks.list(userIdOf(request))).map(webhookRow),
  );

  server.post(
    "/api/v1/webhooks",
    {
      ...route,
      schema: {
        summary: "Have events posted somewhere",
        description:
          'The body is `{"type", "timestamp", "data"}`, signed as https://www.standardwebhooks.com has it. What is not ' +
          "answered with 2xx is sent again, with growing pauses.",
        tags,
        body: NewWebhook,
        response: { 201: Type.Object({ ...WebhookRow.properties, secret: Secret }), ...failures },
      },
    },
    async (request, reply) => {
      const { url, events = ["*"], active = true, description = "" } = request.body;
      checkEvents(events);
      const userId = userIdOf(request);
      const { webhook, secret } = await webhooks.create({ userId, url, events, active, description });
      return reply.code(201).send({ ...webhookRow(webhook), secret });
    },
  );

  server.get(
    "/api/v1/webhooks/:webhook_id",
    {
      ...route,
      schema: { summary: "A webhook", tags, params: WebhookId, response: { 200: WebhookRow, ...failures } },
    },
    async (request) =>
      webhookRow(await webhooks.get({ userId: userIdOf(request), id: request.params.webhook_id })),
  );

  server.post(
    "/api/v1/webhooks/:webhook_id",
    {
      ...route,
      schema: {
        summary: "Change a webhook; what is left out stays",
        tags,
        params: WebhookId,
        body: WebhookChange,
        response: { 200: WebhookRow, ...failures },
      },
    },
    async (request) => {
      checkEvents(request.body.events ?? []);
      const at = { userId: userIdOf(request), id: request.params.webhook_id };
      return webhookRow(await webhooks.change(at, given(request.body)));
    },
  );

  server.delete(
    "/api/v1/webhooks/:webhook_id",
    {
      ...route,
      schema: {
        summary: "Delete a webhook; what waits for it is not sent",
        tags,
        params: WebhookId,
        response: { 200: Done, ...failures },
      },
    },
    async (request) => {
      await webhooks.delete({ userId: userIdOf(request), id: request.params.webhook_id });
      return { message: "Webhook deleted successfully" };
    },
  );

  server.post(
    "/api/v1/webhooks/:webhook_id/test",
    {
      config: { access: "user", limit: "message" },
      schema: {
        summary: "Send a webhook a `ping`, once, and see what comes of it",
        tags,
        params: WebhookId,
        response: { 200: DeliveryRow, ...failures },
      },
    },
    async (request) =>
      deliveryRow(await webhooks.test({ userId: userIdOf(request), id: request.params.webhook_id })),
  );

  server.post(
    "/api/v1/webhooks/:webhook_id/secret",
    {
      ...route,
      schema: {
        summary: "A new secret for a webhook; the one before counts no more",
        tags,
        params: WebhookId,
        response: { 201: Type.Object({ secret: Secret }), ...failures },
      },
    },
    async (request, reply) => {
      const secret = await webhooks.renewSecret(userIdOf(request), request.params.webhook_id);
      return reply.code(201).send({ secret });
    },
  );

  server.post(
    "/api/v1/webhooks/callback_secret",
    {
      ...route,
      schema: {
        summary: "A new secret for what is posted to addresses that jobs name",
        description: "Without one they are not signed.",
        tags,
        response: { 201: Type.Object({ secret: Secret }), ...failures },
      },
    },
    async (request, reply) => reply.code(201).send({ secret: await webhooks.renewSecret(userIdOf(request)) }),
  );
}

/** @throws `bad_input`. */
function checkEvents(events: readonly string[]): void {
  const unknown = events.find((name) => name !== "*" && !(eventNames as readonly string[]).includes(name));
  if (unknown === undefined) return;
  throw new SkeletonError("bad_input", `There is no event ${JSON.stringify(unknown)}.`, {
    hint: `There are ${eventNames.join(", ")}; \`*\` is all of them.`,
  });
}

const webhookRow = ({ id, url, events, active, description, created }: Webhook) => ({
  ...{ id, url, events, active, description, created: wireTime(created) },
});
