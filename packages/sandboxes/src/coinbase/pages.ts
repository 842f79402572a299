import { renderPage } from "../html.js";
import { Refusal } from "../refusal.js";
import type { Page, SandboxServer } from "../server.js";
import type { Checkout, Checkouts } from "./checkouts.js";

const RESULTS: Readonly<Record<string, string>> = {
  COMPLETED: "Payment complete",
  FAILED: "Payment failed",
  EXPIRED: "This checkout has expired",
  DEACTIVATED: "This checkout was closed",
};

function show(checkout: Checkout): Page {
  if (checkout.status !== "ACTIVE") {
    return {
      html: renderPage({ title: RESULTS[checkout.status] ?? checkout.status, lines: ["You can close this page."] }),
    };
  }
  return {
    html: renderPage({
      title: "Sandbox crypto payment",
      amount: `${checkout.amount} ${checkout.currency}`,
      lines: [checkout.description ?? "", `USDC on Base, to ${checkout.address}`].filter((line) => line !== ""),
      buttons: [
        { action: "pay", label: "Pay", primary: true },
        { action: "fail", label: "Fail" },
      ],
    }),
  };
}

function submit(checkouts: Checkouts, id: string, action: unknown): Page {
  const { status } = checkouts.get(id);
  if (status !== "ACTIVE" || (action !== "pay" && action !== "fail")) return show(checkouts.get(id));
  const checkout = action === "pay" ? checkouts.pay(id) : checkouts.fail(id);
  const redirect = action === "pay" ? checkout.successRedirectUrl : checkout.failRedirectUrl;
  return redirect === undefined ? show(checkout) : { redirect };
}

/** The hosted payment page. */
export function installPayPage(server: SandboxServer, checkouts: Checkouts): void {
  const orNotFound = (handle: () => Page): Page => {
    try {
      return handle();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { status: error.status, html: renderPage({ title: "This page does not exist" }) };
    }
  };
  server.page("GET", "/sandbox/pay/:id", ({ params: { id = "" } }) => orNotFound(() => show(checkouts.get(id))));
  server.page("POST", "/sandbox/pay/:id", ({ params: { id = "" }, body }) =>
    orNotFound(() => submit(checkouts, id, body.action)),
  );
}
