// Finds elements by role and accessible name, as an assistive tool would.
// arguments: role ("" for any), way, words. A part of the accessible-name computation that suffices for
// this interface: aria-labelledby, aria-label, labels, alt, content, title.
const [wantedRole, way, words] = arguments;

const HEADINGS = new Set(["H1", "H2", "H3", "H4", "H5", "H6"]);
const BY_TAG = {
  ARTICLE: "article", ASIDE: "complementary", BUTTON: "button", DIALOG: "dialog", FORM: "form",
  HR: "separator", IMG: "img", LI: "listitem", MAIN: "main", MENU: "list", NAV: "navigation",
  OL: "list", OPTION: "option", OUTPUT: "status", PROGRESS: "progressbar", SUMMARY: "button",
  TABLE: "table", TBODY: "rowgroup", TD: "cell", TEXTAREA: "textbox", TH: "columnheader",
  THEAD: "rowgroup", TR: "row", UL: "list", HEADER: "banner", FOOTER: "contentinfo",
};
const BY_INPUT = {
  button: "button", checkbox: "checkbox", image: "button", number: "spinbutton", radio: "radio",
  range: "slider", reset: "button", search: "searchbox", submit: "button",
};
const NAMED_BY_CONTENT = new Set([
  "button", "cell", "checkbox", "columnheader", "gridcell", "heading", "link", "menuitem",
  "menuitemcheckbox", "menuitemradio", "option", "radio", "row", "rowheader", "switch", "tab",
  "tooltip", "treeitem",
]);

function roleOf(element) {
  const explicit = element.getAttribute("role");
  if (explicit) return explicit.trim().split(/\s+/)[0];
  if (element.tagName === "A") return element.hasAttribute("href") ? "link" : "";
  if (element.tagName === "INPUT") return BY_INPUT[element.type] ?? (element.type === "hidden" ? "" : "textbox");
  if (element.tagName === "SELECT") return element.multiple || element.size > 1 ? "listbox" : "combobox";
  if (element.tagName === "SECTION") {
    return element.hasAttribute("aria-label") || element.hasAttribute("aria-labelledby") ? "region" : "";
  }
  return HEADINGS.has(element.tagName) ? "heading" : BY_TAG[element.tagName] ?? "";
}

const tidy = (text) => text.replace(/\s+/g, " ").trim();

function content(node) {
  if (node.nodeType === Node.TEXT_NODE) return node.data;
  if (node.nodeType !== Node.ELEMENT_NODE || node.getAttribute("aria-hidden") === "true") return "";
  if (!node.checkVisibility()) return "";
  const own = named(node, false);
  if (own) return ` ${own} `;
  const inside = [...node.childNodes].map(content).join("");
  return getComputedStyle(node).display.startsWith("inline") ? inside : ` ${inside} `;
}

function named(element, whole) {
  const labels = element.getAttribute("aria-labelledby");
  if (whole && labels) {
    const text = labels.split(/\s+/).map((id) => document.getElementById(id)).filter(Boolean)
      .map((label) => tidy(named(label, false) || label.textContent));
    if (text.length) return tidy(text.join(" "));
  }
  const label = element.getAttribute("aria-label");
  if (label && label.trim()) return tidy(label);
  if (whole && element.labels?.length) return tidy([...element.labels].map((one) => [...one.childNodes].filter((node) => node !== element).map(content).join("")).join(" "));
  if (element.tagName === "IMG" || element.type === "image") return tidy(element.alt ?? "");
  if (element.tagName.toLowerCase() === "svg") {
    const title = element.querySelector(":scope > title");
    return title ? tidy(title.textContent) : "";
  }
  return "";
}

function nameOf(element, role) {
  const own = named(element, true);
  if (own) return own;
  if (element.tagName === "INPUT" && ["submit", "button", "reset"].includes(element.type)) return tidy(element.value);
  if (element.tagName === "FIELDSET") return tidy(element.querySelector("legend")?.textContent ?? "");
  if (element.tagName === "TABLE" && element.caption) return tidy(element.caption.textContent);
  if (NAMED_BY_CONTENT.has(role)) {
    const inside = tidy([...element.childNodes].map(content).join(""));
    if (inside) return inside;
  }
  return tidy(element.getAttribute("title") ?? element.getAttribute("placeholder") ?? "");
}

function reachable(element) {
  if (element.closest("[aria-hidden=true], [inert]")) return false;
  const modal = [...document.querySelectorAll("dialog:modal")].at(-1);
  if (modal && !modal.contains(element)) return false;
  return element.checkVisibility({ visibilityProperty: true });
}

const WAYS = {
  exactly: (name) => name === words,
  starting: (name) => name.startsWith(words),
  containing: (name) => name.includes(words),
  anything: () => true,
  nothing: (name) => name === "",
};

return [...document.querySelectorAll("*")]
  .map((element) => [element, roleOf(element)])
  .filter(([element, role]) => role && (!wantedRole || role === wantedRole) && reachable(element))
  .map(([element, role]) => [element, role, nameOf(element, role)])
  .filter(([, , name]) => WAYS[way](name))
  .map(([element, role, name]) => ({ element, role, name }));
