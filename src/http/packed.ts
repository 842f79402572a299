import { hash } from "node:crypto";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { FastifyReply, FastifyRequest } from "fastify";

const compress = promisify(gzip);
const WORTH_BYTES = 1_024;
const KEPT_MAX = 64;

/** What was compressed, by its tag: the same few files are asked for again and again. */
const packed = new Map<string, Promise<Buffer>>();

/**
 * Sends something that is the same for everybody until the next release: compressed for who can read that, and as 304 to who
 * has it already. It is asked about each time, so that a release is seen at once.
 */
export async function sendPacked(request: FastifyRequest, reply: FastifyReply, body: Buffer): Promise<FastifyReply> {
  const tag = `"${hash("sha256", body, "base64url").slice(0, 22)}"`;
  void reply.header("etag", tag).header("cache-control", "no-cache").header("vary", "accept-encoding");
  if (isKnown(String(request.headers["if-none-match"] ?? ""), tag)) return reply.code(304).send();
  if (body.length < WORTH_BYTES || !readsGzip(String(request.headers["accept-encoding"] ?? "")))
    return reply.send(body);
  let kept = packed.get(tag);
  if (!kept) {
    if (packed.size >= KEPT_MAX) packed.clear();
    kept = compress(body);
    packed.set(tag, kept);
  }
  return reply.header("content-encoding", "gzip").send(await kept);
}

const isKnown = (known: string, tag: string) =>
  known === "*" || known.split(",").some((each) => each.trim().replace(/^W\//, "") === tag);

const readsGzip = (accepted: string) => /(?:^|[\s,])(?:gzip|\*)(?!\s*;\s*q=0(?:\.0*)?(?:[\s,]|$))/.test(accepted);
