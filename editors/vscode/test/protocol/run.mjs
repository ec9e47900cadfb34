// Every request of the language server, by a client on the protocol's own library, which checks each answer's shape.
//
//   node run.mjs TALLY
import assert from 'node:assert/strict';
import { spawn, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import protocol from 'vscode-languageserver-protocol/node';

const {
  createProtocolConnection, StreamMessageReader, StreamMessageWriter, DidOpenTextDocumentNotification,
  DidChangeTextDocumentNotification, DidSaveTextDocumentNotification, DidCloseTextDocumentNotification,
  PublishDiagnosticsNotification, InitializeRequest, InitializedNotification, ShutdownRequest, ExitNotification,
  HoverRequest, DefinitionRequest, ReferencesRequest, DocumentHighlightRequest, DocumentSymbolRequest,
  WorkspaceSymbolRequest, FoldingRangeRequest, SemanticTokensRequest, SemanticTokensRangeRequest, CompletionRequest,
  SignatureHelpRequest, InlayHintRequest, CodeLensRequest, CodeActionRequest, PrepareRenameRequest, RenameRequest,
  DocumentFormattingRequest, DocumentRangeFormattingRequest, DocumentOnTypeFormattingRequest, ExecuteCommandRequest,
  Hover, Location, DocumentSymbol, InlayHint, CodeLens, CodeAction, TextEdit,
  WorkspaceEdit, FoldingRange, Range, Diagnostic,
} = protocol;

const tally = path.resolve(process.argv[2]);
const folder = mkdtempSync(path.join(tmpdir(), 'tally-lsp-'));
const file = (name) => path.join(folder, name);
const uri = (name) => pathToFileURL(file(name)).toString();

const common = `type network = onnet | offnet

# Where the call comes from.
input source : network
`;
// The comment has characters of one, two and four bytes: positions are counted in UTF-16.
const rules = `use "common.tally"

# 📞 Rückruf
input user : flag? at /user/recording
let asked(u : flag?) : flag = u is on

decision recording : flag {
  on   when asked(user)
  off  when source is onnet and not asked(user)
}

prove "those who ask are recorded" recording is on when asked(user)
`;
writeFileSync(file('common.tally'), common);
writeFileSync(file('rules.tally'), rules);
const git = (...args) => execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@localhost', ...args], { cwd: folder });
git('init', '-q');
git('add', '.');
git('commit', '-qm', 'rules');

// Where a text stands, `after` characters into it.
function at(text, what, after = 0) {
  const offset = text.indexOf(what) + after;
  assert.ok(text.includes(what), what);
  const before = text.slice(0, offset).split('\n');
  return { line: before.length - 1, character: before[before.length - 1].length };
}

const child = spawn(tally, ['lsp'], { cwd: folder, stdio: ['pipe', 'pipe', 'inherit'] });
const connection = createProtocolConnection(new StreamMessageReader(child.stdout), new StreamMessageWriter(child.stdin));
const published = [];
connection.onNotification(PublishDiagnosticsNotification.type, (params) => published.push(params));
connection.onUnhandledNotification((message) => assert.fail(`unexpected ${message.method}`));
connection.listen();

const step = (name) => console.log(`ok - ${name}`);
const document = { uri: uri('rules.tally') };
let text = rules;
const all = (is, list, least = 1) => {
  assert.ok(Array.isArray(list) && list.length >= least, JSON.stringify(list));
  for (const one of list) assert.ok(is(one), JSON.stringify(one));
  return list;
};
async function diagnostics(done) {
  for (let i = 0; i < 200; i++) {
    const last = published.filter((one) => one.uri === document.uri).at(-1);
    if (last && done(last.diagnostics)) return all(Diagnostic.is, last.diagnostics, 0);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return assert.fail(`no such diagnostics: ${JSON.stringify(published.at(-1))}`);
}

let failed = 0;
try {
  const { capabilities } = await connection.sendRequest(InitializeRequest.type, {
    processId: process.pid, rootUri: pathToFileURL(folder).toString(), workspaceFolders: null,
    capabilities: { general: { positionEncodings: ['utf-16'] } },
  });
  assert.equal(capabilities.positionEncoding ?? 'utf-16', 'utf-16');
  await connection.sendNotification(InitializedNotification.type, {});
  step('initialize');

  await connection.sendNotification(DidOpenTextDocumentNotification.type, {
    textDocument: { uri: document.uri, languageId: 'tally', version: 1, text },
  });
  const [gap] = await diagnostics((list) => list.some((one) => one.code === 'T401'));
  assert.deepEqual(gap.range.start, at(text, 'recording : flag {'));
  step('diagnostics of the checks');

  const hover = await connection.sendRequest(HoverRequest.type, { textDocument: document, position: at(text, 'source is', 1) });
  assert.ok(Hover.is(hover) && /Where the call comes from/.test(JSON.stringify(hover.contents)), JSON.stringify(hover));
  const declared = [await connection.sendRequest(DefinitionRequest.type, { textDocument: document, position: at(text, 'source is', 1) })].flat();
  all(Location.is, declared);
  assert.equal(declared[0].uri, uri('common.tally'));
  assert.deepEqual(declared[0].range.start, at(common, 'source'));
  const uses = await connection.sendRequest(ReferencesRequest.type, {
    textDocument: document, position: at(text, 'asked(u', 1), context: { includeDeclaration: true },
  });
  assert.equal(all(Location.is, uses).length, 4);
  all((one) => Range.is(one.range), await connection.sendRequest(DocumentHighlightRequest.type, { textDocument: document, position: at(text, 'asked(u', 1) }), 4);
  step('hover, definition, references, highlights');

  const symbols = all(DocumentSymbol.is, await connection.sendRequest(DocumentSymbolRequest.type, { textDocument: document }));
  assert.ok(symbols.some((one) => one.name === 'recording'));
  const found = await connection.sendRequest(WorkspaceSymbolRequest.type, { query: 'source' });
  assert.ok(found.some((one) => one.name === 'source' && one.location.uri === uri('common.tally')), JSON.stringify(found));
  all(FoldingRange.is, await connection.sendRequest(FoldingRangeRequest.type, { textDocument: document }));
  const tokens = await connection.sendRequest(SemanticTokensRequest.type, { textDocument: document });
  assert.ok(tokens.data.length > 0 && tokens.data.length % 5 === 0);
  const some = await connection.sendRequest(SemanticTokensRangeRequest.type, {
    textDocument: document, range: { start: { line: 6, character: 0 }, end: { line: 7, character: 0 } },
  });
  assert.ok(some.data.length > 0 && some.data.length < tokens.data.length);
  step('symbols, folding, semantic tokens');

  const hints = all(InlayHint.is, await connection.sendRequest(InlayHintRequest.type, {
    textDocument: document, range: { start: { line: 0, character: 0 }, end: { line: 20, character: 0 } },
  }));
  assert.ok(hints.some((one) => one.label === '2 of 6 combinations'), JSON.stringify(hints));
  const lenses = all(CodeLens.is, await connection.sendRequest(CodeLensRequest.type, { textDocument: document }), 3);
  for (const lens of lenses) {
    const answer = connection.sendRequest(ExecuteCommandRequest.type, lens.command);
    // Of rules that fail a check nothing can be said of their edits.
    if (lens.command.command === 'tally.unnoticed') await assert.rejects(answer, /a check of the file fails/);
    else assert.equal(typeof await answer, 'string', lens.command.command);
  }
  step('inlay hints, code lenses and their commands');

  const actions = all(CodeAction.is, await connection.sendRequest(CodeActionRequest.type, {
    textDocument: document, range: gap.range, context: { diagnostics: [gap] },
  }));
  const fix = actions.find((one) => /otherwise/.test(one.title));
  assert.ok(fix && WorkspaceEdit.is(fix.edit), JSON.stringify(actions));
  const edits = fix.edit.changes[document.uri];
  await connection.sendNotification(DidChangeTextDocumentNotification.type, {
    textDocument: { ...document, version: 2 }, contentChanges: edits.map((edit) => ({ range: edit.range, text: edit.newText })),
  });
  await diagnostics((list) => list.length === 0);
  step('a quick fix, applied as an incremental change');

  const unnoticed = await connection.sendRequest(ExecuteCommandRequest.type, {
    command: 'tally.unnoticed', arguments: [{ uri: document.uri, decision: 'recording' }],
  });
  assert.match(unnoticed, /example /);
  const [edit] = await diagnostics((list) => list.some((one) => /nothing notices/.test(one.message)));
  const pins = all(CodeAction.is, await connection.sendRequest(CodeActionRequest.type, {
    textDocument: document, range: edit.range, context: { diagnostics: [edit] },
  }));
  assert.ok(pins.some((one) => /notices/.test(one.title) && /example /.test(JSON.stringify(one.edit))), JSON.stringify(pins));
  step('edits that nothing notices, and the examples that would');

  const help = await connection.sendRequest(SignatureHelpRequest.type, { textDocument: document, position: at(text, 'asked(user)', 6) });
  assert.match(help.signatures[0].label, /asked\(u : flag\?\)/);
  // An unfinished comparison: the values of its enum come first.
  const position = at(text, 'source is onnet', 'source is '.length);
  await connection.sendNotification(DidChangeTextDocumentNotification.type, {
    textDocument: { ...document, version: 3 },
    contentChanges: [{ range: { start: position, end: { ...position, character: position.character + 'onnet'.length } }, text: '' }],
  });
  const offered = await connection.sendRequest(CompletionRequest.type, { textDocument: document, position });
  const items = all((one) => typeof one.label === 'string', Array.isArray(offered) ? offered : offered.items);
  assert.deepEqual(items.slice(0, 2).map((one) => one.label).sort(), ['offnet', 'onnet']);
  await connection.sendNotification(DidChangeTextDocumentNotification.type, {
    textDocument: { ...document, version: 4 }, contentChanges: [{ text }],
  });
  step('signature help, completion in broken text');

  const range = await connection.sendRequest(PrepareRenameRequest.type, { textDocument: document, position: at(text, 'asked', 1) });
  assert.ok(Range.is(range.range ?? range));
  const renamed = await connection.sendRequest(RenameRequest.type, {
    textDocument: document, position: at(text, 'source is', 1), newName: 'origin',
  });
  assert.ok(WorkspaceEdit.is(renamed));
  assert.deepEqual(Object.keys(renamed.changes ?? {}).sort(), [uri('common.tally'), uri('rules.tally')]);
  await assert.rejects(connection.sendRequest(RenameRequest.type, {
    textDocument: document, position: at(text, 'source is', 1), newName: 'user',
  }), /user/);
  step('rename across files, and its refusal');

  const style = { tabSize: 2, insertSpaces: true };
  const wide = text.replace('  off  when', '  off     when');
  await connection.sendNotification(DidChangeTextDocumentNotification.type, {
    textDocument: { ...document, version: 5 }, contentChanges: [{ text: wide }],
  });
  assert.ok(capabilities.documentFormattingProvider, 'formatting is offered');
  all(TextEdit.is, await connection.sendRequest(DocumentFormattingRequest.type, { textDocument: document, options: style }));
  if (capabilities.documentRangeFormattingProvider) {
    all(TextEdit.is, await connection.sendRequest(DocumentRangeFormattingRequest.type, {
      textDocument: document, options: style, range: { start: at(wide, '  off'), end: at(wide, '}\n\nprove') },
    }), 0);
  }
  assert.ok(capabilities.documentOnTypeFormattingProvider, 'formatting on type is offered');
  const typed = await connection.sendRequest(DocumentOnTypeFormattingRequest.type, {
    textDocument: document, options: style, position: at(wide, '}\n\nprove', 1),
    ch: capabilities.documentOnTypeFormattingProvider.firstTriggerCharacter,
  });
  if (typed) all(TextEdit.is, typed, 0);
  step('formatting, of a document and on type');

  await assert.rejects(connection.sendRequest('textDocument/unknown', {}), (error) => error.code === -32601);
  await connection.sendNotification(DidSaveTextDocumentNotification.type, { textDocument: document });
  await connection.sendNotification(DidCloseTextDocumentNotification.type, { textDocument: document });
  assert.equal(await connection.sendRequest(ShutdownRequest.type), null);
  const ended = new Promise((resolve) => child.once('exit', resolve));
  await connection.sendNotification(ExitNotification.type);
  assert.equal(await ended, 0);
  step('an unknown request, close, shutdown, exit');
} catch (error) {
  console.error(`not ok - ${error.stack}`);
  failed = 1;
} finally {
  connection.dispose();
  child.kill();
  rmSync(folder, { recursive: true, force: true });
}
process.exit(failed);
