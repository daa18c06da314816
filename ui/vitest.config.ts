import { playwright } from "@vitest/browser-playwright";
import { defineConfig, mergeConfig, type TestProjectConfiguration } from "vitest/config";
import { chromium, launchArguments } from "./chromium.ts";
import viteConfig from "./vite.config.ts";

const executablePath = chromium();

const unit: TestProjectConfiguration = {
  extends: true,
  test: {
    name: "unit",
    include: ["src/**/*.test.ts"],
    exclude: ["src/**/*.browser.test.ts", "src/**/*.screens.test.ts"],
    provide: { chromium: executablePath },
  },
};

/** Components, each in a page of its own file. */
const components = (path: string): TestProjectConfiguration => ({
  extends: true,
  // Known before the first test: what is found later reloads the page of a test that runs.
  optimizeDeps: { include: ["axe-core", "d3-time", "virtua/svelte"] },
  test: {
    name: "components",
    setupFiles: ["src/test/frozen.ts"],
    include: ["src/**/*.browser.test.ts"],
    // Machines that build beside the tests are slow; a wait ends as soon as it is met.
    testTimeout: 60_000,
    browser: {
      enabled: true,
      headless: true,
      api: { strictPort: false },
      screenshotFailures: false,
      provider: playwright({ launchOptions: { executablePath: path, args: launchArguments } }),
      instances: [{ browser: "chromium", viewport: { width: 1440, height: 900 } }],
    },
  },
});

/** Whole screens of the invented backend, driven from outside. */
const screens = (path: string): TestProjectConfiguration => ({
  extends: true,
  test: {
    name: "screens",
    include: ["src/**/*.screens.test.ts"],
    globalSetup: ["src/test/served.ts"],
    provide: { chromium: path },
    testTimeout: 120_000,
    hookTimeout: 60_000,
  },
});

export default mergeConfig(
  viteConfig,
  defineConfig({
    test: {
      expect: { poll: { timeout: 10_000 } },
      projects: executablePath === null ? [unit] : [unit, components(executablePath), screens(executablePath)],
    },
  }),
);

declare module "vitest" {
  interface ProvidedContext {
    chromium: string | null;
  }
}
