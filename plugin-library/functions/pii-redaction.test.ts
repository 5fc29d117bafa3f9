import assert from "node:assert/strict";
import { test } from "node:test";
import piiRedaction from "./pii-redaction.ts";

const seen = (content: string, role: "user" | "tool" = "user") => {
  const message =
    role === "user" ? ({ role, content } as const) : ({ role, content, tool_call_id: "c" } as const);
  return piiRedaction.preCall({ message, model: "m", tools: [] })?.message.content ?? content;
};

test("e-mail addresses are replaced", () => {
  assert.equal(
    seen("Write to ada.l+x@mail.example.org, or ödön@müller.de."),
    "Write to [e-mail address], or [e-mail address].",
  );
  for (const text of ["a@b", "@mention", "user@localhost here", "x @ y.org"]) assert.equal(seen(text), text);
});

test("IBANs are replaced when their check digits are right", () => {
  assert.equal(seen("DE89 3704 0044 0532 0130 00 is mine"), "[IBAN] is mine");
  assert.equal(seen("pay gb82WEST12345698765432."), "pay [IBAN].");
  assert.equal(seen("PL61 1090 1014 0000 0712 1981 2874 ok"), "[IBAN] ok");
  assert.equal(seen("NO93 8601 1117 947"), "[IBAN]");
  for (const text of ["AT62 1904 3002 3457 3201", "AB12 CDEF 3456 7890"]) assert.equal(seen(text), text);
});

test("card numbers are replaced when they pass Luhn", () => {
  for (const number of ["4111 1111 1111 1111", "5500-0000-0000-0004", "378282246310005"])
    assert.equal(seen(`card ${number}!`), "card [card number]!");
  for (const text of ["4111 1111 1111 1112", "order 1234567890123456", "0.4111111111111111"])
    assert.equal(seen(text), text);
});

test("telephone numbers are replaced in the common forms", () => {
  const numbers = [
    "+49 30 1234567",
    "+49 (0)30 123 4567",
    "0049 171 1234567",
    "+1-555-123-4567",
    "+442071234567",
  ];
  for (const number of [
    ...numbers,
    "030 1234567",
    "0171/123 45 67",
    "(030) 1234-567",
    "(555) 234-4567",
    "555-234-4567",
  ])
    assert.equal(seen(`call ${number}, please`), "call [phone number], please", number);
});

test("what only looks like it is left alone", () => {
  const texts = [
    "2026-11-26 13:05:00",
    "01/02/2026 and 26.11.2026",
    "192.168.100.123",
    "3.14159265358979",
    "1,234,567.89",
    "550e8400-e29b-41d4-a716-446655440000",
    "0.0001 to 00012",
    "1700000000000",
    "v1.2.3-4567",
  ];
  for (const text of texts) assert.equal(seen(text), text);
});

test("what tools answer is replaced too, and the message keeps the rest", () => {
  const message = { role: "tool", tool_call_id: "c", content: "a@b.org" } as const;
  assert.deepEqual(piiRedaction.preCall({ message, model: "m", tools: [] }), {
    message: { role: "tool", tool_call_id: "c", content: "[e-mail address]" },
  });
});

test("a message without any is not touched", () => {
  const message = { role: "user", content: "hello" } as const;
  assert.equal(piiRedaction.preCall({ message, model: "m", tools: [] }), undefined);
});

test("a long text costs no more than its length", () => {
  const begun = process.threadCpuUsage();
  for (const piece of ["a", "a.", "a@", "1", "1 ", "0-", "+1 ", "4111 ", "DE89 ", "(0", "x@y."])
    seen(piece.repeat(100_000 / piece.length));
  const { user } = process.threadCpuUsage(begun); // in µs; what else the machine does is not in it
  assert.ok(user < 2_000_000, `${user} µs`);
});
