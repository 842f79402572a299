/** An answer other than success, in the provider's own words. Thrown by handlers, sent by the server. */
export class Refusal extends Error {
  readonly status: number;
  readonly body: unknown;
  /** Whether an idempotency key replays it: yes once execution began, no when the request was refused at the door. */
  readonly remembered: boolean;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    body: unknown,
    options: { remembered?: boolean; headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(`refused with ${status}`);
    this.name = "Refusal";
    this.status = status;
    this.body = body;
    this.remembered = options.remembered ?? false;
    this.headers = options.headers ?? {};
  }
}

/** A refusal by a `/sandbox` control route, which is nobody's provider. */
export function controlRefusal(status: number, message: string): Refusal {
  return new Refusal(status, { error: { message } });
}
