import { placing } from "../presentation/board";
import { HeldOrder } from "./heldOrder.svelte";
import { view } from "./view.svelte";

/** The services as the rail shows them: Alt 1 to 9 follow what is seen, also while rows are held in their places. */
export const railOrder = new HeldOrder(() => view.services, placing);
