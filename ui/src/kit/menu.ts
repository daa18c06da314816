/** One of a menu. */
export interface MenuItem {
  text: string;
  onselect: () => void;
  /** The key that does the same where the menu is closed. */
  keys?: string;
  /** It is the place that is shown. */
  current?: boolean;
  /** A line stands between it and those before. */
  apart?: boolean;
}
