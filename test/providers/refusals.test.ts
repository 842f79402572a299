import t from "tap";
import {
  DOCUMENTED_REFUSALS as BLOCKRADAR,
  refusalOf as blockradarRefusal,
} from "../../src/providers/blockradar/refusals.js";
import {
  DOCUMENTED_REFUSALS as COINBASE,
  refusalOf as coinbaseRefusal,
} from "../../src/providers/coinbase/refusals.js";
import { DOCUMENTED_REFUSALS as STRIPE, refusalOf as stripeRefusal } from "../../src/providers/stripe/refusals.js";

const STATUSES = Array.from({ length: 500 }, (_, index) => 100 + index);

t.test("C1: Blockradar's table: each row is reached by its own example, and nothing else is a refusal", async (t) => {
  for (const { status: statuses, example, code, says } of BLOCKRADAR) {
    for (const status of statuses) {
      for (const effect of ["read", "write", "money"] as const) {
        const refusal = blockradarRefusal(effect, status, example);
        t.equal(refusal.outcome, says[effect], `${status} ${example} (${effect})`);
        if (refusal.outcome === "rejected") t.equal(refusal.failure.code, code);
      }
    }
    t.not(says.read, "rejected", "a reading that was refused says nothing");
  }
  const documented = new Set(BLOCKRADAR.flatMap(({ status }) => status));
  for (const status of STATUSES.filter((each) => !documented.has(each))) {
    for (const { example } of BLOCKRADAR) {
      for (const effect of ["read", "write", "money"] as const)
        if (blockradarRefusal(effect, status, example).outcome !== "unknown") t.fail(`${status} ${example}`);
    }
  }
  for (const text of ["", "Boom", "Internal server error", "Request blocked", "Insufficient privileges"]) {
    for (const status of [400, 404, 422]) t.equal(blockradarRefusal("money", status, text).outcome, "unknown", text);
  }
});

t.test("C1: Coinbase's table: only its own shape refuses, and only where it judges the request", async (t) => {
  for (const { status: statuses, types, says } of COINBASE) {
    for (const status of statuses) {
      for (const errorType of types ?? ["invalid_request"]) {
        const refusal = coinbaseRefusal(status, { errorType, errorMessage: "words", correlationId: "c-1" });
        t.equal(refusal.outcome, says, `${status} ${errorType}`);
      }
      const others = [
        undefined,
        null,
        "text",
        [],
        {},
        { error: "no" },
        { errorType: "invalid_request" },
        { message: "" },
      ];
      for (const other of others) t.equal(coinbaseRefusal(status, other).outcome, "unknown", `${status} of another`);
    }
  }
  const documented = new Set(COINBASE.flatMap(({ status }) => status));
  for (const status of STATUSES.filter((each) => !documented.has(each))) {
    const { outcome } = coinbaseRefusal(status, { errorType: "invalid_request", errorMessage: "words" });
    if (outcome !== "unknown") t.fail(`${status} is ${outcome}`);
  }
});

t.test("C1: Stripe's table: a type that goes with the status, or nothing is refused", async (t) => {
  for (const { status: statuses, types, codes, says } of STRIPE) {
    for (const status of statuses)
      for (const type of types)
        for (const code of codes ?? ["parameter_invalid_integer"])
          t.equal(stripeRefusal(status, type, code).says, says, `${status} ${type} ${code}`);
  }
  for (const type of [undefined, "", "api_error", "Bad Request", "forbidden"]) {
    for (const status of STATUSES) {
      const { says } = stripeRefusal(status, type, undefined);
      if (says !== "unknown") t.fail(`${status} ${type} is ${says}`);
    }
  }
  for (const status of [401, 403, 409, 424, 429, 500, 502, 503, 504]) {
    t.equal(stripeRefusal(status, "invalid_request_error", undefined).says, "unknown", String(status));
    t.equal(stripeRefusal(status, "card_error", "card_declined").says, "unknown", String(status));
  }
});
