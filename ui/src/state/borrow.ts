import { ipc } from "../ipc";
import type { BorrowableAccount } from "../ipc/types";
import { world } from "./world.svelte";

/** Uses the login of a CLI. Answers why its token is not known to work; null when it was tested and does. */
export async function borrow(one: BorrowableAccount): Promise<string | null> {
  const { not_tested } = await ipc().addAccount({
    provider: one.provider,
    url: one.url,
    token: "",
    keychain: false,
    another: false,
    borrow: true,
    read_only: false,
  });
  await world.read();
  return not_tested;
}
