/** Text that can stand anywhere in HTML, attribute values included. */
function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

const STYLE = `
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; display: grid; place-items: center; min-height: 100vh; margin: 0;
  background: #f4f5f7; color: #1a1f36; }
main { background: #fff; border-radius: 12px; box-shadow: 0 4px 24px #0002; padding: 32px; width: min(400px, 90vw); box-sizing: border-box; overflow-wrap: anywhere; }
h1 { font-size: 1.1rem; margin: 0 0 4px; } .amount { font-size: 2rem; font-weight: 700; margin: 8px 0 16px; }
.note { color: #697386; font-size: .85rem; } .error { color: #c0123c; }
button { font: inherit; width: 100%; padding: 12px; margin-top: 8px; border: 1px solid #d5dbe1; border-radius: 8px;
  background: #fff; color: inherit; cursor: pointer; }
button.primary { background: #0a5ad4; border-color: #0a5ad4; color: #fff; font-weight: 600; }
h2 { font-size: 1rem; margin: 20px 0 4px; } ul { list-style: none; margin: 0; padding: 0; } li { margin: 8px 0; }
li button { width: auto; padding: 4px 12px; margin: 4px 4px 0 0; font-size: .85rem; } a { color: inherit; margin-right: 8px; }
@media (prefers-color-scheme: dark) { body { background: #14161c; color: #e6e8ee; }
  main, button { background: #1e212a; border-color: #3a3f4c; } }`;

export interface PageButton {
  action: string;
  label: string;
  primary?: boolean;
}

export interface PageLink {
  href: string;
  label: string;
}

export interface PageSection {
  heading: string;
  /** Each is a line of text, and what can be done about it. */
  rows: readonly { text: string; links?: readonly PageLink[]; buttons?: readonly PageButton[] }[];
}

function renderButtons(buttons: readonly PageButton[] = []): string {
  return buttons
    .map(
      ({ action, label, primary }) =>
        `<button name="action" value="${escapeHtml(action)}"${primary ? ' class="primary"' : ""}>${escapeHtml(label)}</button>`,
    )
    .join("\n");
}

function renderLinks(links: readonly PageLink[] = []): string {
  return links.map(({ href, label }) => `<a href="${escapeHtml(href)}">${escapeHtml(label)}</a>`).join("\n");
}

function renderSection({ heading, rows }: PageSection): string {
  const items = rows.map(
    ({ text, links, buttons }) =>
      `<li><span>${escapeHtml(text)}</span>\n${renderLinks(links)}\n${renderButtons(buttons)}</li>`,
  );
  return `<section><h2>${escapeHtml(heading)}</h2>\n<ul>${items.join("\n")}</ul></section>`;
}

/**
 * A plain page with a heading, an amount, sections, links and buttons that post `action` to the page's own address.
 * No scripts. All texts are escaped; the addresses of links are the caller's to check.
 */
export function renderPage(page: {
  title: string;
  amount?: string;
  lines?: readonly string[];
  error?: string;
  sections?: readonly PageSection[];
  buttons?: readonly PageButton[];
  links?: readonly PageLink[];
}): string {
  const lines = (page.lines ?? []).map((line) => `<p>${escapeHtml(line)}</p>`).join("\n");
  const form = (page.sections ?? []).map(renderSection).join("\n") + renderButtons(page.buttons);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,">
<title>${escapeHtml(page.title)}</title><style>${STYLE}</style></head>
<body><main>
<h1>${escapeHtml(page.title)}</h1>
${page.amount === undefined ? "" : `<p class="amount">${escapeHtml(page.amount)}</p>`}
${lines}
${page.error === undefined ? "" : `<p class="error" role="alert">${escapeHtml(page.error)}</p>`}
${form === "" ? "" : `<form method="post">${form}</form>`}
${renderLinks(page.links)}
<p class="note">Sandbox: no real money moves.</p>
</main></body></html>
`;
}
