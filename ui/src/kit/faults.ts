/**
 * Where a fault of the window itself is written down: the web view's console. Rust has no command that
 * takes lines for its log.
 */
export function reportFault(region: string, error: unknown) {
  console.error(`${region} cannot be shown`, error);
}
