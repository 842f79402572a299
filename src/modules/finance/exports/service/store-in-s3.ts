import { createReadStream } from "node:fs";
import { rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { AwsV4Signer } from "aws4fetch";
import type { Dispatcher } from "undici";
import { egressOf, proxyOptions } from "../../../../core/egress.js";
import type { FaultHook } from "../../../../core/faults.js";
import type { ExportStore } from "./store.js";

export interface S3Options {
  readonly bucket: string;
  readonly region: string;
  /** Another store than Amazon's; its buckets are in the path. */
  readonly endpoint?: string | undefined;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly faults?: FaultHook | undefined;
}

/** What one PUT of the S3 API takes. */
const MAX_BYTES = 5 * 1024 ** 3;
const HEADERS_TIMEOUT_MS = 60_000;
const BODY_TIMEOUT_MS = 300_000;

/**
 * Files in a bucket of an S3-compatible store. A file is written to a folder of this machine first, then sent in one request whose
 * length is known, so memory stays flat and the store has all of it or nothing.
 */
export function storeInS3(options: S3Options): ExportStore {
  const { bucket, region, endpoint, accessKeyId, secretAccessKey, faults } = options;
  const base =
    endpoint === undefined
      ? `https://${bucket}.s3.${region}.amazonaws.com`
      : `${endpoint.replace(/\/+$/, "")}/${encodeURIComponent(bucket)}`;
  let agent: Promise<Dispatcher> | undefined;

  async function send(method: "PUT" | "GET" | "DELETE", name: string, file?: { path: string; bytes: number }) {
    // Loaded when it is needed: most processes never speak to the store.
    const undici = await import("undici");
    const egress = egressOf(process.env);
    agent ??= Promise.resolve(egress ? new undici.EnvHttpProxyAgent(proxyOptions(egress)) : new undici.Agent());
    const signer = new AwsV4Signer({
      method,
      url: `${base}/${encodeURIComponent(name)}`,
      service: "s3",
      region,
      accessKeyId,
      secretAccessKey,
      // The connection protects the body; hashing it first would read the file once more.
      headers: { "x-amz-content-sha256": "UNSIGNED-PAYLOAD" },
    });
    const { url, headers } = await signer.sign();
    const point = `http:s3 ${method}`;
    await faults?.({ phase: "before", name: point });
    const reply = await undici.request(url.href, {
      method,
      dispatcher: await agent,
      headersTimeout: HEADERS_TIMEOUT_MS,
      bodyTimeout: BODY_TIMEOUT_MS,
      headers: { ...Object.fromEntries(headers), ...(file ? { "content-length": String(file.bytes) } : {}) },
      body: file ? createReadStream(file.path) : null,
    });
    await faults?.({ phase: "after", name: point });
    return reply;
  }

  /** Throws unless the store did what it was asked. Its own words may name keys, so only the status is told. */
  async function must(reply: Dispatcher.ResponseData, what: string, also: readonly number[] = []): Promise<void> {
    await reply.body.dump();
    if (reply.statusCode >= 300 && !also.includes(reply.statusCode))
      throw new Error(`the store answered ${what} with ${reply.statusCode}`);
  }

  return {
    workFolder: path.join(tmpdir(), `coffer-exports-${process.getuid?.() ?? 0}`),
    maxBytes: MAX_BYTES,
    put: async (name, source) => {
      const { size } = await stat(source);
      await must(await send("PUT", name, { path: source, bytes: size }), "PUT");
      await rm(source, { force: true });
    },
    open: async (name) => {
      const reply = await send("GET", name);
      if (reply.statusCode === 200) return reply.body;
      await must(reply, "GET", [404]);
      return undefined;
    },
    remove: async (name) => must(await send("DELETE", name), "DELETE", [404]),
  };
}
