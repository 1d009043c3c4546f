import { defineConfig, loadEnv } from "@medusajs/framework/utils";
import { join } from "node:path";

loadEnv(process.env.NODE_ENV ?? "development", process.cwd());

// The folder of a release is read-only to the server, so what it writes goes elsewhere.
const uploads = process.env.UPLOADS_DIR ?? join(process.cwd(), "static");

export default defineConfig({
  admin: { disable: true },
  projectConfig: {
    databaseUrl: process.env.DATABASE_URL,
    redisUrl: process.env.REDIS_URL,
    http: {
      storeCors: process.env.STORE_CORS ?? "http://localhost:8787",
      adminCors: process.env.ADMIN_CORS ?? "http://localhost:9000",
      authCors: process.env.AUTH_CORS ?? "http://localhost:9000",
      jwtSecret: process.env.JWT_SECRET,
      cookieSecret: process.env.COOKIE_SECRET,
    },
  },
  modules: [
    { resolve: "./src/modules/lens" },
    { resolve: "./src/modules/loyalty" },
    {
      resolve: "@medusajs/medusa/file",
      options: {
        providers: [
          {
            resolve: "@medusajs/medusa/file-local",
            id: "local",
            options: {
              upload_dir: uploads,
              private_upload_dir: uploads,
              backend_url: process.env.UPLOADS_URL ?? "http://localhost:9000/static",
            },
          },
        ],
      },
    },
  ],
});
