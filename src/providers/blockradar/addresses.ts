/** Addresses that customers pay to: children of a master wallet. */
import { z } from "zod";
import type { ProviderResult } from "../ports/common.js";
import type { CustodyAddress, CustodyPort } from "../ports/custody.js";
import { metadataSchema, readEach } from "../shared.js";
import type { AskBlockradar } from "./client.js";
import { ADDRESS_ID_KEY } from "./news.js";
import { nextPage, PAGE_SIZE } from "./pages.js";

const NAME_LENGTH = 100;
/** 100,000 addresses. A list that goes on for ever must not keep us for ever. */
const MAX_PAGES = 1_000;

const addressSchema = z.looseObject({
  id: z.string().min(1),
  address: z.string().min(1),
  isActive: z.boolean().nullish(),
  metadata: metadataSchema,
});

function readAddress(value: unknown): CustodyAddress {
  const { id, address, isActive, metadata } = addressSchema.parse(value);
  const addressId = metadata[ADDRESS_ID_KEY];
  return {
    addressReference: id,
    ...(typeof addressId === "string" && addressId !== "" ? { addressId } : {}),
    address,
    active: isActive !== false,
  };
}

/** POST .../addresses. Not idempotent: Blockradar makes another address each time, under the same metadata. */
export function createAddress(
  ask: AskBlockradar,
  { walletReference, addressId, name }: Parameters<CustodyPort["createAddress"]>[0],
): Promise<ProviderResult<CustodyAddress>> {
  return ask(
    {
      method: "POST",
      path: `/wallets/${encodeURIComponent(walletReference)}/addresses`,
      name: "/wallets/{id}/addresses",
      walletReference,
      // The private key is never asked for: nobody here could keep it as well as the custodian does.
      body: { name: name.slice(0, NAME_LENGTH), metadata: { [ADDRESS_ID_KEY]: addressId }, showPrivateKey: false },
      effect: "write",
    },
    (data) => {
      const address = readAddress(data);
      if (address.addressId !== undefined && address.addressId !== addressId) {
        throw new RangeError("a reply about another address");
      }
      return { ...address, addressId };
    },
  );
}

/** Reads the wallet's addresses page by page: Blockradar has no search by metadata. */
export async function findAddress(
  ask: AskBlockradar,
  { walletReference, addressId }: Parameters<CustodyPort["findAddress"]>[0],
): Promise<ProviderResult<CustodyAddress>> {
  for (let page = 1; page <= MAX_PAGES; page += 1) {
    const reply = await ask(
      {
        method: "GET",
        path: `/wallets/${encodeURIComponent(walletReference)}/addresses`,
        name: "/wallets/{id}/addresses",
        walletReference,
        query: { page: String(page), limit: String(PAGE_SIZE) },
        effect: "read",
      },
      (data, envelope) => {
        const addresses = z.array(z.unknown()).parse(data);
        return { addresses: readEach(addresses, readAddress).values, next: nextPage(page, addresses.length, envelope) };
      },
    );
    // A wallet that is not there has not been searched.
    if (reply.outcome === "notFound") return { outcome: "unknown", reason: "wallet_not_found" };
    if (reply.outcome !== "accepted") return reply;
    const found = reply.value.addresses.find((address) => address.addressId === addressId);
    if (found) return { outcome: "accepted", value: found };
    if (reply.value.next === null) return { outcome: "notFound" };
  }
  return { outcome: "unknown", reason: "too_many_addresses" };
}
