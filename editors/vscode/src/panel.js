// The panel beside the editor: one page, whose content is asked for again when the rules have changed.
'use strict';
const { randomBytes } = require('node:crypto');
const vscode = require('vscode');

const quiet_ms = 400; // how long the text must rest before the page is made anew

class Panel {
  constructor(context) {
    this.isClosed = false;
    this.media = vscode.Uri.joinPath(context.extensionUri, 'media');
    this.view = vscode.window.createWebviewPanel('tally', 'Tally', { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
      { enableScripts: true, retainContextWhenHidden: true, localResourceRoots: [this.media] });
    const changed = vscode.workspace.onDidChangeTextDocument((change) => this.onChange(change.document));
    this.view.onDidDispose(() => {
      this.isClosed = true;
      changed.dispose();
      clearTimeout(this.timer);
    });
  }

  // `content` gives HTML; `about` the document that it is about, if it is open.
  async show(title, content, about = () => undefined) {
    this.title = title;
    this.content = content;
    this.about = about;
    this.view.title = title;
    this.view.reveal(undefined, true);
    await this.refresh();
  }

  onChange(document) {
    if (!this.about || document !== this.about()) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.refresh(), quiet_ms);
  }

  async refresh() {
    const content = this.content;
    let html;
    try {
      html = await content();
      this.last = html;
    } catch (error) {
      const text = error.message.replace(/&/g, '&amp;').replace(/</g, '&lt;');
      // While the rules have a fault, the last answer stays.
      html = `<p class="fault" role="status">${text}</p>${this.last && content === this.shown ? `<div class="stale">${this.last}</div>` : ''}`;
    }
    if (this.isClosed || content !== this.content) return;
    this.shown = content;
    this.view.webview.html = this.page(html);
  }

  page(html) {
    const nonce = randomBytes(16).toString('base64');
    const of = (file) => this.view.webview.asWebviewUri(vscode.Uri.joinPath(this.media, file));
    const title = this.title.replace(/&/g, '&amp;').replace(/</g, '&lt;');
    return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src ${this.view.webview.cspSource}; script-src 'nonce-${nonce}';">
<link rel="stylesheet" href="${of('panel.css')}">
<title>${title}</title>
</head>
<body>
<header><h1>${title}</h1><input id="filter" type="search" placeholder="Show rows with ..." aria-label="Show rows with these words"></header>
<main>${html}</main>
<script nonce="${nonce}" src="${of('panel.js')}"></script>
</body>
</html>`;
  }
}

module.exports = { Panel };
