/**
 * A place where the process may die: before or after one SQL statement or one outbound call.
 * Every statement and every call passes exactly one wrapper (`db/client.ts`, `providers/http.ts`), which reports here,
 * so a crash test can kill the process at each point without the code under test naming any of them.
 */
export interface FaultPoint {
  readonly phase: "before" | "after";
  /** `sql:insert payments`, `sql:COMMIT`, `http:stripe POST /v1/payment_intents`. */
  readonly name: string;
}

/** Called at every fault point; may throw or end the process. Absent in production. */
export type FaultHook = (point: FaultPoint) => void | Promise<void>;
