import { accessSync, constants } from "node:fs";
import path from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import t, { type Test } from "tap";
import { startWorker } from "../../src/worker.js";
import { eventually, startTestService, type TestService } from "../helpers/service.js";

// The pages that people see, in a real browser: the sandboxes' payment pages and the API documentation.

/** CHROMIUM_PATH names the only one to try; a path without a browser skips these tests. */
const CANDIDATES = process.env.CHROMIUM_PATH
  ? [process.env.CHROMIUM_PATH]
  : [
      "/usr/bin/chromium",
      "/usr/bin/chromium-browser",
      "/usr/bin/google-chrome",
      "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    ];

function findChromium(): string | undefined {
  return CANDIDATES.find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

const ARGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];

/** A page of its own, with everything that went wrong in it. */
async function openPage(t: Test, browser: Browser): Promise<{ page: Page; errors: string[] }> {
  const context = await browser.newContext({ viewport: { width: 1_000, height: 800 } });
  t.teardown(() => context.close());
  const page = await context.newPage();
  const errors: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") errors.push(message.text());
  });
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("requestfailed", (request) => errors.push(`${request.url()} ${request.failure()?.errorText}`));
  return { page, errors };
}

/** Keeps a picture for a person to look at, when COFFER_SCREENSHOTS names a folder. */
async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env.COFFER_SCREENSHOTS;
  if (folder) await page.screenshot({ path: path.join(folder, `${name}.png`) });
}

async function startPayment({ call }: TestService, customerId: string, provider: string, extra: object = {}) {
  const body = { customerId, package: "starter", provider, flow: "checkout", ...extra };
  return (await call("POST", "/v1/payments", { body })).body as { id: string; checkoutUrl: string; amount: number };
}

const statusOf = async ({ call }: TestService, id: string) => (await call("GET", `/v1/payments/${id}`)).body.status;

async function creditsOf({ call }: TestService, customerId: string) {
  const { body } = await call("GET", `/v1/customers/${customerId}/wallet`);
  return (body.balances as { available: number }[])[0]?.available;
}

async function hasPaid(service: TestService, id: string): Promise<void> {
  await eventually(async () => (await statusOf(service, id)) === "succeeded");
}

function checkoutTests(browser: Browser): void {
  t.test("Stripe's page: Pay", async (t) => {
    const service = await startTestService(t);
    const { page, errors } = await openPage(t, browser);
    const payment = await startPayment(service, "ada", "stripe", { successUrl: `${service.url}/?payment=thanks` });
    await page.goto(payment.checkoutUrl);
    t.match(await page.textContent("main"), /9\.99/);
    t.match(await page.textContent("main"), /Starter/);
    await picture(page, "stripe-checkout");
    await page.getByRole("button", { name: "Pay", exact: true }).click();
    await page.waitForURL(`${service.url}/**`);
    t.match(await page.textContent("main"), "Your payment is being confirmed");
    await picture(page, "landing");
    await hasPaid(service, payment.id);
    t.equal(await creditsOf(service, "ada"), 10);
    t.same(errors, []);

    await page.goto(payment.checkoutUrl);
    t.match(await page.textContent("main"), "This checkout is complete");
    t.equal(await page.getByRole("button").count(), 0, "nothing left to press");
  });

  t.test("Stripe's page: Decline, then Cancel", async (t) => {
    const service = await startTestService(t);
    const { page, errors } = await openPage(t, browser);
    const payment = await startPayment(service, "bob", "stripe", { cancelUrl: `${service.url}/` });
    await page.goto(payment.checkoutUrl);
    await page.getByRole("button", { name: "Decline" }).click();
    t.match(await page.getByRole("alert").textContent(), "Your card was declined.");
    await picture(page, "stripe-declined");
    t.not(await statusOf(service, payment.id), "succeeded");
    t.equal(await creditsOf(service, "bob"), 0);
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.waitForURL(`${service.url}/`);
    t.equal(await creditsOf(service, "bob"), 0);
    t.same(errors, []);
  });

  t.test("Stripe's page: 3-D Secure, failed and then completed", async (t) => {
    const service = await startTestService(t);
    const { page, errors } = await openPage(t, browser);
    const payment = await startPayment(service, "eve", "stripe", { successUrl: `${service.url}/?payment=thanks` });
    await page.goto(payment.checkoutUrl);
    await page.getByRole("button", { name: "Pay with 3-D Secure" }).click();
    t.match(await page.textContent("h1"), "3-D Secure");
    await picture(page, "three-d-secure");
    await page.getByRole("button", { name: "Fail" }).click();
    await page.getByRole("alert").waitFor();
    t.equal(await creditsOf(service, "eve"), 0);
    await page.getByRole("button", { name: "Pay with 3-D Secure" }).click();
    await page.getByRole("button", { name: "Complete" }).click();
    await page.waitForURL(`${service.url}/**`);
    await hasPaid(service, payment.id);
    t.equal(await creditsOf(service, "eve"), 10);
    t.same(errors, []);
  });

  t.test("Coinbase's page: Pay", async (t) => {
    const service = await startTestService(t);
    const { page, errors } = await openPage(t, browser);
    const payment = await startPayment(service, "grace", "coinbase", { successUrl: `${service.url}/?payment=thanks` });
    await page.goto(payment.checkoutUrl);
    t.match(await page.textContent("main"), /9\.99 USDC/);
    await picture(page, "coinbase");
    await page.getByRole("button", { name: "Pay", exact: true }).click();
    await page.waitForURL(`${service.url}/**`);
    await hasPaid(service, payment.id);
    t.equal(await creditsOf(service, "grace"), 10);
    t.same(errors, []);
  });
}

function billingTests(browser: Browser): void {
  t.test("Stripe's pages: Subscribe, the portal, and an invoice", async (t) => {
    const service = await startTestService(t);
    const worker = await startWorker(service.deps);
    t.teardown(() => worker.stop());
    const { call } = service;
    const plan = {
      code: "pro",
      name: "Pro",
      grants: { asset: "CREDIT", amount: 100 },
      prices: [{ amount: 2_000, currency: "USD" }],
      interval: "month",
    };
    t.equal((await call("POST", "/v1/plans", { body: plan })).status, 201);
    const { page, errors } = await openPage(t, browser);
    const body = {
      customerId: "ada",
      plan: "pro",
      flow: "checkout",
      successUrl: `${service.url}/?subscription=thanks`,
    };
    const { id, checkoutUrl } = (await call("POST", "/v1/subscriptions", { body })).body;
    await page.goto(String(checkoutUrl));
    t.match(await page.textContent("main"), /20\.00/);
    await picture(page, "stripe-subscribe");
    await page.getByRole("button", { name: "Subscribe", exact: true }).click();
    await page.waitForURL(`${service.url}/**`);
    await eventually(async () => (await creditsOf(service, "ada")) === 100, 15_000);

    const opened = await call("POST", "/v1/customers/ada/portal-sessions", { body: { returnUrl: `${service.url}/` } });
    await page.goto(String(opened.body.url));
    await picture(page, "stripe-portal");
    await page.getByRole("button", { name: "Cancel at the end of the period" }).click();
    await page.getByRole("button", { name: "Do not cancel" }).waitFor();
    const subscription = async () => (await call("GET", `/v1/subscriptions/${id}`)).body;
    await eventually(async () => (await subscription()).cancelAt !== null, 15_000);
    await page.getByRole("button", { name: "Add", exact: true }).click();
    await page.getByRole("button", { name: "Make default" }).first().waitFor();
    await page.locator("section", { hasText: "Invoices" }).getByRole("link").first().click();
    t.match(await page.textContent("main"), "Paid on");
    await picture(page, "stripe-invoice");
    await page.goBack();
    await page.getByRole("link", { name: "Go back" }).click();
    await page.waitForURL(`${service.url}/`);
    t.same(errors, []);
  });
}

function docsTest(browser: Browser): void {
  t.test("the API documentation renders without an error", async (t) => {
    const service = await startTestService(t);
    const { page, errors } = await openPage(t, browser);
    const elsewhere: string[] = [];
    page.on("request", (request) => {
      const { protocol, origin } = new URL(request.url());
      if (protocol !== "data:" && protocol !== "blob:" && origin !== service.url) elsewhere.push(request.url());
    });
    const document = (await service.call("GET", "/openapi.json")).body as {
      info: { description: string };
      tags: { name: string }[];
    };
    for (const [kind, width] of [
      ["wide", 1_200],
      ["phone", 390],
    ] as const) {
      await page.setViewportSize({ width, height: 844 });
      await page.goto(`${service.url}/docs`);
      await page.getByText(document.info.description.slice(0, 40)).first().waitFor({ timeout: 60_000 });
      t.ok(Number(await page.evaluate("document.documentElement.scrollWidth")) <= width, `${kind}: it fits`);
      await picture(page, `docs-${kind}`);
    }
    const text = String(await page.evaluate("document.body.textContent"));
    for (const { name } of document.tags) t.ok(text.includes(name), name);
    t.notMatch(String(await page.evaluate("JSON.stringify(localStorage)")), /cfk_|bearer/i, "no key is kept");
    t.same(elsewhere, [], "nothing is asked of anybody else");
    t.same(errors, []);
  });
}

const executablePath = findChromium();
if (executablePath === undefined) {
  t.plan(0, "no Chromium on this machine (apt-get install chromium, or set CHROMIUM_PATH)");
} else {
  const browser = await chromium.launch({ executablePath, args: ARGS });
  t.teardown(() => browser.close());
  checkoutTests(browser);
  billingTests(browser);
  docsTest(browser);
}
