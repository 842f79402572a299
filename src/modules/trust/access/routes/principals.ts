import { ADMIN } from "../../../../core/access.js";
import { problems } from "../../../../http/problem.js";
import type { App } from "../../../../http/types.js";
import { KeyPage, Principal, PrincipalList, PrincipalParams } from "../schemas.js";
import { type AccessDeps, getPrincipal, listPrincipals } from "../service/index.js";
import { renderPrincipal } from "./render.js";

export function principalRoutes(app: App, deps: AccessDeps): void {
  app.get(
    "/v1/principals",
    {
      config: { access: ADMIN },
      schema: {
        operationId: "listPrincipals",
        summary: "List principals with their roles and keys",
        description: "People and back ends, newest first, each with its keys and when each was last used.",
        tags: ["Access"],
        querystring: KeyPage,
        response: { 200: PrincipalList, ...problems },
      },
    },
    async ({ query }) => {
      const page = await listPrincipals(deps, query);
      return { ...page, data: page.data.map((each) => renderPrincipal(each, deps.clock.now())) };
    },
  );
  app.get(
    "/v1/principals/:principalId",
    {
      config: { access: ADMIN },
      schema: {
        operationId: "getPrincipal",
        summary: "Get a principal with its keys",
        description: "The principal named by an audit event or a payout.",
        tags: ["Access"],
        params: PrincipalParams,
        response: { 200: Principal, ...problems },
      },
    },
    async ({ params }) => renderPrincipal(await getPrincipal(deps, params.principalId), deps.clock.now()),
  );
}
