import { z } from "zod";
import {
  EVERY_ROLE,
  OPERATORS_AND_CUSTOMERS,
  PAYOUT_CONTROLLERS,
  PAYOUT_LIMITERS,
  STAFF,
} from "../../../../core/access.js";
import { toWire } from "../../../../core/money.js";
import { problems } from "../../../../http/problem.js";
import { IdempotencyHeaders, iso, isoOrNull, ListOf, PageParams } from "../../../../http/schemas.js";
import { type App, callerOf } from "../../../../http/types.js";
import type { Network } from "../../../../providers/ports/index.js";
import {
  AddressListParams,
  AddressParams,
  Controls,
  ControlsInput,
  NewPayoutAddress,
  PayoutAddress,
  Policy,
  PolicyInput,
  PolicyParams,
  WaitingControls,
  WaitingPolicy,
} from "../schemas.js";
import {
  addAddress,
  getControls,
  listAddresses,
  listPolicies,
  type PayoutDeps,
  putPolicy,
  removeAddress,
  setControls,
} from "../service/index.js";
import type { PayoutAddress as AddressRecord, PayoutControls, PayoutPolicy } from "../types.js";
import { renderChange } from "./setting-changes.js";

const renderAddress = (row: AddressRecord) => ({
  ...row,
  network: row.network as Network,
  usableAt: iso(row.usableAt),
  createdAt: iso(row.createdAt),
  removedAt: isoOrNull(row.removedAt),
});

const wireOrNull = (amount: bigint | null) => (amount === null ? null : toWire(amount));
const renderPolicy = (row: PayoutPolicy) => ({
  ...row,
  minimum: toWire(row.minimum),
  perPayoutMax: wireOrNull(row.perPayoutMax),
  customerDayMax: wireOrNull(row.customerDayMax),
  globalDayMax: wireOrNull(row.globalDayMax),
  approvalAbove: wireOrNull(row.approvalAbove),
  feeMinimum: toWire(row.feeMinimum),
  updatedAt: iso(row.updatedAt),
});
const bigOrNull = (amount: number | null) => (amount === null ? null : BigInt(amount));

export function payoutSettings(app: App, deps: PayoutDeps): void {
  addressRoutes(app, deps);
  policyRoutes(app, deps);
  controlRoutes(app, deps);
}

function addressRoutes(app: App, deps: PayoutDeps): void {
  app.post(
    "/v1/customers/:customerId/payout-addresses",
    {
      config: { access: OPERATORS_AND_CUSTOMERS, idempotency: "optional" },
      schema: {
        operationId: "addPayoutAddress",
        summary: "Add a payout address",
        description:
          "Usable once the cooling-off time has passed. Adding the same address again returns the same entry.",
        tags: ["Payouts"],
        headers: IdempotencyHeaders,
        params: AddressListParams,
        querystring: z.strictObject({}),
        body: NewPayoutAddress,
        response: { 201: PayoutAddress, ...problems },
      },
    },
    async (request, reply) => {
      const row = await addAddress(deps, callerOf(request), request.params.customerId, request.body);
      return reply.code(201).send(renderAddress(row));
    },
  );
  app.get(
    "/v1/customers/:customerId/payout-addresses",
    {
      config: { access: EVERY_ROLE },
      schema: {
        operationId: "listPayoutAddresses",
        summary: "A customer's payout addresses, newest first",
        tags: ["Payouts"],
        params: AddressListParams,
        querystring: z.strictObject(PageParams),
        response: { 200: ListOf(PayoutAddress), ...problems },
      },
    },
    async (request) => {
      const page = await listAddresses(deps, callerOf(request), request.params.customerId, request.query);
      return { ...page, data: page.data.map(renderAddress) };
    },
  );
  app.delete(
    "/v1/customers/:customerId/payout-addresses/:addressId",
    {
      config: { access: OPERATORS_AND_CUSTOMERS },
      schema: {
        operationId: "removePayoutAddress",
        summary: "Remove a payout address",
        tags: ["Payouts"],
        params: AddressParams,
        response: { 200: PayoutAddress, ...problems },
      },
    },
    async (request) => {
      const { customerId, addressId } = request.params;
      return renderAddress(await removeAddress(deps, callerOf(request), customerId, addressId));
    },
  );
}

function policyRoutes(app: App, deps: PayoutDeps): void {
  app.get(
    "/v1/payout-policies",
    {
      config: { access: STAFF },
      schema: {
        operationId: "listPayoutPolicies",
        summary: "List payout policies",
        tags: ["Payouts"],
        response: { 200: z.object({ data: z.array(Policy), nextCursor: z.null() }), ...problems },
      },
    },
    async () => ({ data: (await listPolicies(deps)).map(renderPolicy), nextCursor: null }),
  );
  app.put(
    "/v1/payout-policies/:asset",
    {
      config: { access: PAYOUT_LIMITERS },
      schema: {
        operationId: "putPayoutPolicy",
        summary: "Set the payout policy of a stablecoin",
        description:
          "Stricter settings take effect at once. A looser limit returns 202 and waits as `pendingChange` until a second person approves it or PAYOUT_LOOSENING_DELAY_MINUTES have passed.",
        tags: ["Payouts"],
        params: PolicyParams,
        body: PolicyInput,
        response: { 200: Policy, 202: WaitingPolicy, ...problems },
      },
    },
    async (request, reply) => {
      const { minimum, perPayoutMax, customerDayMax, globalDayMax, approvalAbove, feeMinimum, feeBasisPoints } =
        request.body;
      const policy = {
        asset: request.params.asset,
        minimum: BigInt(minimum),
        perPayoutMax: bigOrNull(perPayoutMax),
        customerDayMax: bigOrNull(customerDayMax),
        globalDayMax: bigOrNull(globalDayMax),
        approvalAbove: bigOrNull(approvalAbove),
        feeMinimum: BigInt(feeMinimum),
        feeBasisPoints,
      };
      const { policy: row, waits } = await putPolicy(deps, callerOf(request), policy);
      if (!waits) return renderPolicy(row);
      return reply.code(202).send({ ...renderPolicy(row), pendingChange: renderChange(waits) });
    },
  );
}

function controlRoutes(app: App, deps: PayoutDeps): void {
  const render = (row: PayoutControls) => ({ ...row, updatedAt: iso(row.updatedAt) });
  app.get(
    "/v1/payout-controls",
    {
      config: { access: STAFF },
      schema: {
        operationId: "getPayoutControls",
        summary: "Get the payout controls",
        tags: ["Payouts"],
        response: { 200: Controls, ...problems },
      },
    },
    async () => render(await getControls(deps)),
  );
  app.put(
    "/v1/payout-controls",
    {
      config: { access: PAYOUT_CONTROLLERS },
      schema: {
        operationId: "setPayoutControls",
        summary: "Stop or resume all payouts, or set the cooling-off time",
        description:
          "A shorter cooling-off time returns 202 and waits as `pendingChange` until a second person approves it or PAYOUT_LOOSENING_DELAY_MINUTES have passed. The role `finance` may only make things stricter.",
        tags: ["Payouts"],
        body: ControlsInput,
        response: { 200: Controls, 202: WaitingControls, ...problems },
      },
    },
    async (request, reply) => {
      const { controls, waits } = await setControls(deps, callerOf(request), request.body);
      if (!waits) return render(controls);
      return reply.code(202).send({ ...render(controls), pendingChange: renderChange(waits) });
    },
  );
}
