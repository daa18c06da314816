// The vendors of the invented world, as Rust tells them.
import type { Vendor } from "../types";

const rest = { cli: null, code_host: null, ci: null, platform: null };

export const vendors: Vendor[] = [
  {
    ...rest,
    id: "github",
    title: "GitHub",
    default_url: "https://api.github.com",
    token_variable: "GH_TOKEN",
    cli: "gh",
    code_host: { title: "GitHub" },
    ci: {
      title: "GitHub Actions",
      name: "github-actions",
      example: "OWNER/REPO",
      project_is_repository: true,
    },
  },
  {
    ...rest,
    id: "circleci",
    title: "CircleCI",
    default_url: "https://circleci.com",
    token_variable: "CIRCLE_TOKEN",
    cli: "circleci",
    ci: { title: "CircleCI", name: "circleci", example: "gh/OWNER/REPO", project_is_repository: false },
  },
  {
    ...rest,
    id: "heroku",
    title: "Heroku",
    default_url: "https://api.heroku.com",
    token_variable: "HEROKU_API_KEY",
    cli: "heroku",
    platform: {
      title: "Heroku",
      instance: "dyno",
      app: "app",
      artifact: "slug",
      overlap: "Preboot",
    },
  },
];
