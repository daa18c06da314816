// The parts of the flow that are not there at first: their code is loaded when they are shown.
import { Part } from "../shell/part.svelte";

export const hurtFlow = new Part(() => import("../hurt/HurtFlow.svelte"));
export const carries = new Part(() => import("../pin/Carries.svelte"));
export const pinBanner = new Part(() => import("../pin/PinBanner.svelte"));
export const outputDialog = new Part(() => import("./OutputDialog.svelte"));
export const mergeLine = new Part(() => import("../plan/MergeLine.svelte"));
export const lanes = new Part(() => import("../timeline/Lanes.svelte"));
export const productionQuestion = new Part(() => import("../settings/ProductionQuestion.svelte"));
export const dismissDialog = new Part(() => import("../shell/DismissDialog.svelte"));
