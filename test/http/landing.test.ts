import t from "tap";
import { startTestService } from "../helpers/service.js";

// Where providers send customers when nothing else was named. It is read by a customer, and tells nothing that is not for them.

t.test("the landing page says what the customer came from, and no more", async (t) => {
  const { url, call } = await startTestService(t);
  const read = async (query: string) => (await fetch(`${url}/${query}`)).text();
  t.match(await read("?payment=pay_01h455vb4pex5vsknk084sn02q"), /Thank you[\s\S]*Your payment is being confirmed/);
  t.match(await read("?payment=pay_01h455vb4pex5vsknk084sn02q&redirect_status=failed"), /Not paid/);
  t.match(await read("?subscription=sub_01h455vb4pex5vsknk084sn02q"), /Thank you[\s\S]*Your subscription is being/);
  t.match(await read(""), /payments service for back ends/);
  t.notMatch(await read("?payment=%3Cscript%3E"), /script/, "nothing of the address is repeated");

  const body = { customerId: "ada", amount: 999, currency: "USD", provider: "stripe", flow: "payment_intent" };
  const { id } = (await call("POST", "/v1/payments", { body })).body;
  const confirm = { body: { paymentMethodId: "pm_card_authenticationRequired" } };
  const { nextAction } = (await call("POST", `/v1/payments/${id}/confirm`, confirm)).body as {
    nextAction: { url: string };
  };
  const back = await fetch(nextAction.url, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: "action=complete",
    redirect: "manual",
  });
  t.equal(new URL(back.headers.get("location") ?? "").searchParams.get("payment"), id, "with our own id");
});

t.test("the type of a problem leads to its place on a page", async (t) => {
  const { url, call } = await startTestService(t);
  const { status, body } = await call("GET", "/v1/payments/pay_01h455vb4pex5vsknk084sn02q");
  t.match([status, body], [404, { type: "/problems#payments.not_found" }]);
  const { pathname, hash } = new URL(String(body.type), url);
  const page = await fetch(`${url}${pathname}`);
  t.match(page.headers.get("content-type"), /^text\/html/);
  t.match(
    await page.text(),
    new RegExp(`<dt id="${hash.slice(1)}">[^<]*<code>${hash.slice(1)}</code> 404</dt><dd>There is no`),
  );
});
