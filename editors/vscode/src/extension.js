// The client: starts `tally lsp`, and shows what its commands answer in a panel beside the editor.
'use strict';
const { execFile } = require('node:child_process');
const path = require('node:path');
const vscode = require('vscode');
const { LanguageClient, RevealOutputChannelOn } = require('vscode-languageclient/node');
const { Panel } = require('./panel');

let client;
let panel;

function settings() {
  const all = vscode.workspace.getConfiguration('tally');
  return { command: all.get('path') || 'tally', arguments: all.get('arguments') || ['lsp'] };
}

// Commands of the server that answer with Markdown, and the titles of their panels.
const answers = {
  'tally.table': 'Truth table',
  'tally.matrix': 'Which settings matter',
  'tally.diffHead': 'Changes since the last commit',
  'tally.unnoticed': 'Edits that nothing notices',
};

function newClient(context) {
  const { command, arguments: args } = settings();
  const options = {
    documentSelector: [{ scheme: 'file', language: 'tally' }],
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    synchronize: { fileEvents: vscode.workspace.createFileSystemWatcher('**/*.tally') },
    middleware: {
      executeCommand: async (name, given, next) => {
        const shown = answers[name];
        if (!shown) return next(name, given);
        return showAnswer(context, shown, given[0], () => next(name, given));
      },
    },
  };
  return new LanguageClient('tally', 'Tally', { command, args }, options);
}

async function showAnswer(context, title, about, ask) {
  panel = panel && !panel.isClosed ? panel : new Panel(context);
  const name = about.decision ? `${title}: ${about.decision}` : title;
  await panel.show(name, async () => {
    const markdown = await ask();
    return vscode.commands.executeCommand('markdown.api.render', markdown);
  }, () => vscode.workspace.textDocuments.find((document) => document.uri.toString() === about.uri));
}

// Whether the command can be run; if not, says what to do.
async function canRun(command) {
  const error = await new Promise((resolve) => execFile(command, ['--version'], { timeout: 20_000 }, resolve));
  if (!error) return true;
  const why = error.code === 'ENOENT' ? 'there is no such command' : error.message;
  const open = 'Open Settings';
  vscode.window.showErrorMessage(
    `Tally cannot run \`${command}\`: ${why}. Install it, or set \`tally.path\` to where it is.`, open).then((chosen) => {
    if (chosen === open) vscode.commands.executeCommand('workbench.action.openSettings', 'tally.path');
  });
  return false;
}

async function start(context) {
  client = undefined;
  if (!await canRun(settings().command)) return;
  client = newClient(context);
  await client.start();
}

async function restart(context) {
  if (client) await client.stop().catch(() => undefined);
  await start(context);
}

// --- the commands of the palette ----------------------------------------------------------------

function flatten(symbols) {
  return (symbols || []).flatMap((symbol) => [symbol, ...flatten(symbol.children)]);
}

// The decision that the cursor is in, or the one that is chosen from a list.
async function decisionAt(editor) {
  const symbols = flatten(
    await vscode.commands.executeCommand('vscode.executeDocumentSymbolProvider', editor.document.uri));
  // The server gives decisions the kind of a function or event; their detail is their type.
  const decisions = symbols.filter((symbol) =>
    /^\s*(amend\s+)?decision\b/.test(editor.document.lineAt(symbol.range.start.line).text));
  const here = decisions.find((symbol) => symbol.range.contains(editor.selection.active));
  if (here) return here.name;
  if (decisions.length < 2) return decisions.length === 1 ? decisions[0].name : undefined;
  return vscode.window.showQuickPick(decisions.map((symbol) => symbol.name), { placeHolder: 'Which decision?' });
}

async function run(command) {
  // While the panel has the focus, no editor is active.
  const isRules = (one) => one && one.document.languageId === 'tally';
  const active = vscode.window.activeTextEditor;
  const editor = isRules(active) ? active : vscode.window.visibleTextEditors.find(isRules);
  if (!editor) {
    vscode.window.showInformationMessage('Open a rule file (.tally) first.');
    return;
  }
  const decision = await decisionAt(editor);
  if (!decision) return;
  // The command that the client has registered for the server's own; the middleware shows its answer.
  if (!client) throw new Error(`\`${settings().command}\` cannot be run; see the setting \`tally.path\`.`);
  await vscode.commands.executeCommand(command, { uri: editor.document.uri.toString(), decision });
}

// Explains the request in the active editor, or one that is typed.
async function explainRequest(context) {
  const editor = vscode.window.activeTextEditor;
  const isRequest = editor && ['json', 'jsonc'].includes(editor.document.languageId);
  const rules = editor && editor.document.languageId === 'tally' ? editor.document.uri : await pickRules();
  if (!rules) return;
  const request = isRequest
    ? editor.document.getText()
    : await vscode.window.showInputBox({
        prompt: 'The request, as JSON', value: '{}', ignoreFocusOut: true,
        validateInput: (text) => { try { JSON.parse(text); return undefined; } catch (error) { return error.message; } },
      });
  if (request === undefined) return;
  panel = panel && !panel.isClosed ? panel : new Panel(context);
  await panel.show(`Why? ${path.basename(rules.fsPath)}`, async () => {
    const text = await output(['explain', rules.fsPath, '--input', '-'], request);
    return `<pre>${text.replace(/&/g, '&amp;').replace(/</g, '&lt;')}</pre>`;
  });
}

async function pickRules() {
  const files = await vscode.workspace.findFiles('**/*.tally', undefined, 500);
  if (files.length < 2) return files[0];
  const chosen = await vscode.window.showQuickPick(
    files.map((file) => ({ label: vscode.workspace.asRelativePath(file), file })), { placeHolder: 'By which rules?' });
  return chosen && chosen.file;
}

function output(args, input) {
  return new Promise((resolve, reject) => {
    const child = execFile(settings().command, args, { maxBuffer: 16 << 20, timeout: 60_000 }, (error, out, faults) => {
      if (error && error.code === undefined) return reject(error);
      resolve(out || faults || String(error));
    });
    child.on('error', reject);
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}

// --- the extension ------------------------------------------------------------------------------

async function activate(context) {
  const commands = {
    'tally.showTable': () => run('tally.table'),
    'tally.showMatrix': () => run('tally.matrix'),
    'tally.showDiff': () => run('tally.diffHead'),
    'tally.showUnnoticed': () => run('tally.unnoticed'),
    'tally.explainRequest': () => explainRequest(context),
    'tally.restart': () => restart(context),
  };
  for (const [name, action] of Object.entries(commands)) {
    context.subscriptions.push(vscode.commands.registerCommand(name, async () => {
      try {
        await action();
      } catch (error) {
        vscode.window.showErrorMessage(`Tally: ${error.message}`);
      }
    }));
  }
  context.subscriptions.push(vscode.workspace.onDidChangeConfiguration((change) => {
    if (change.affectsConfiguration('tally.path') || change.affectsConfiguration('tally.arguments')) restart(context);
  }));
  await start(context);
}

async function deactivate() {
  if (client) await client.stop();
}

module.exports = { activate, deactivate };
