import { defineMiddlewares } from "@medusajs/framework/http";
import { faultsEnabled, injectFaults } from "../faults/middleware";
import { nameRelease } from "../release/middleware";

export default defineMiddlewares({
  routes: [
    { matcher: "/health", middlewares: [nameRelease] },
    { matcher: "/store/*", middlewares: faultsEnabled ? [nameRelease, injectFaults] : [nameRelease] },
  ],
});
