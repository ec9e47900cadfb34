// The extension in a real Visual Studio Code, which code-server serves, in chromium.
//
//   node run.mjs TALLY PICTURES   with `npm ci` done, and dist/tally.vsix built (scripts/vscode does all of it)
//
// Opens a rule file with a gap; sees the squiggle, its message, the counts behind rules; applies a quick fix, formats,
// renames; opens the truth table. PICTURES is the folder for the screenshots.
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const [tally, pictures] = process.argv.slice(2).map((file) => path.resolve(file));
const here = path.dirname(fileURLToPath(import.meta.url));
const server = path.join(here, 'node_modules/code-server/out/node/entry.js');
const work = mkdtempSync(path.join(tmpdir(), 'tally-vscode-'));
const folder = path.join(work, 'rules');
mkdirSync(folder);
mkdirSync(pictures, { recursive: true });

const rules = `# When is a call recorded?
type network = onnet | offnet

input source      : network   # where the call comes from
input destination : network   # where the call goes to
input user : flag? at /user/recording

decision recording : flag {
  on   when user is on                          because "the user's setting"
  off  when source is onnet and destination is onnet and user is not on   because "internal calls"
}

prove "internal calls are recorded for those who ask for it" recording is on when user is on
`;
const file = path.join(folder, 'recording.tally');
// In the last commit, what no rule is about is not recorded.
writeFileSync(file, rules.replace('\n}', '\n  off  otherwise\n}'));
const git = (...args) => execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@localhost', ...args], { cwd: folder });
git('init', '-q');
git('add', '.');
git('commit', '-qm', 'rules');
writeFileSync(file, rules);

const port = await new Promise((resolve) => {
  const probe = createServer().listen(0, '127.0.0.1', () => {
    const { port: free } = probe.address();
    probe.close(() => resolve(free));
  });
});
const user = path.join(work, 'user');
mkdirSync(path.join(user, 'User'), { recursive: true });
writeFileSync(path.join(user, 'User/settings.json'), JSON.stringify({
  'tally.path': tally,
  'workbench.startupEditor': 'none',
  'security.workspace.trust.enabled': false,
  'workbench.colorTheme': 'Default Light Modern',
  'editor.fontSize': 13,
  'editor.minimap.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'git.openRepositoryInParentFolders': 'never',
  'window.restoreWindows': 'none',
}));
const options = ['--auth', 'none', '--bind-addr', `127.0.0.1:${port}`, '--user-data-dir', user,
  '--extensions-dir', path.join(work, 'extensions'), '--config', path.join(work, 'config.yaml'),
  '--disable-telemetry', '--disable-update-check', '--disable-workspace-trust'];
writeFileSync(path.join(work, 'config.yaml'), '');
const env = { ...process.env, HOME: work };
execFileSync(process.execPath, [server, ...options, '--install-extension', path.join(here, '../../dist/tally.vsix')], { env });
const running = spawn(process.execPath, [server, ...options, folder], { env, stdio: 'ignore' });

// --- the steps ----------------------------------------------------------------------------------

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || '/usr/bin/chromium', args: ['--no-sandbox'] });
const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
const seconds = 1000;
page.setDefaultTimeout(60 * seconds);

async function until(what, done, limit = 60 * seconds) {
  const end = Date.now() + limit;
  for (;;) {
    const found = await done().catch(() => undefined);
    if (found) return found;
    if (Date.now() > end) throw new Error(`not seen within ${limit / seconds} s: ${what}`);
    await page.waitForTimeout(150);
  }
}
const step = (name) => console.log(`ok - ${name}`);
const picture = (name) => page.screenshot({ path: path.join(pictures, `${name}.png`) });
async function command(name) {
  await page.keyboard.press('F1');
  await page.locator('.quick-input-widget input').fill(`>${name}`);
  await page.locator('.quick-input-list .monaco-list-row', { hasText: name }).first().waitFor();
  await page.keyboard.press('Enter');
}
async function goTo(line, column) {
  await page.keyboard.press('Control+g');
  await page.locator('.quick-input-widget input').fill(`:${line}:${column}`);
  await page.keyboard.press('Enter');
}
async function save() {
  await page.keyboard.press('Control+s');
}
const onDisk = () => readFileSync(file, 'utf8');
const editorText = () => page.locator('.monaco-editor .view-lines').first().innerText().then((text) => text.replace(/\u00a0/g, ' '));

try {
  await until('the server', async () => (await fetch(`http://127.0.0.1:${port}/healthz`)).ok);
  await page.goto(`http://127.0.0.1:${port}/?folder=${encodeURIComponent(folder)}`);
  await page.locator('.monaco-workbench').waitFor();
  // The explorer, since the search for files needs a program that npm does not have.
  await page.locator('.explorer-folders-view .monaco-list-row', { hasText: 'recording.tally' }).dblclick();
  await until('the rules in an editor', async () => (await editorText()).includes('decision recording'));
  await page.keyboard.press('Control+b');  // the explorer makes room
  step('a rule file is opened');

  await page.locator('.squiggly-error').first().waitFor();
  await page.keyboard.press('Control+Shift+m');
  const problem = page.locator('.markers-panel .monaco-list-row', { hasText: 'T401' }).first();
  await problem.waitFor();
  assert.match(await problem.innerText(), /recording/);
  step('a gap has a squiggle, and a message with its code');

  await until('the counts behind rules', async () => /combinations/.test(await editorText()));
  assert.match(await editorText(), /4 of 12 combinations/);
  step('each rule shows its share of all combinations');
  await picture('editor');

  await page.locator('.monaco-editor .view-lines').first().click();
  await goTo(8, 12);
  await page.keyboard.press('Control+.');
  const fix = page.locator('.action-widget .monaco-list-row', { hasText: 'otherwise' }).first();
  await fix.waitFor();
  await picture('quick_fix');
  // The list takes the keyboard; a click would end at the layer behind it.
  for (let i = 0; i < 10 && !/focused/.test(await fix.getAttribute('class')); i++) await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await until('the rule that the quick fix adds', async () => /otherwise/.test(await editorText()));
  await until('no error any more', async () => (await page.locator('.squiggly-error').count()) === 0);
  step('a quick fix closes the gap');

  await command('Format Document');
  await until('the formatted file', async () => {
    await save();
    return spawnSync(tally, ['fmt', '--check', file]).status === 0;
  });
  step('the document is formatted');

  await goTo(8, 12);
  await command('Tally: Show What Changed Since the Last Commit');
  const changes = await until('the changes', async () => {
    for (const one of page.frames()) {
      const text = await one.locator('main').innerText({ timeout: 200 }).catch(() => '');
      if (/since the last commit/i.test(await one.title().catch(() => '')) && text) return text;
    }
    return undefined;
  });
  assert.match(changes, /6 of 12/);
  step('what changed since the last commit is shown, with its count');
  await page.keyboard.press('Control+j');
  await page.waitForTimeout(500);
  await picture('changes');

  await goTo(8, 12);
  await page.keyboard.press('F2');
  const box = page.locator('.rename-box input');
  await box.waitFor();
  await box.fill('recorded');
  await page.keyboard.press('Enter');
  await until('the new name at each place', async () => /prove .* recorded is on/s.test(await editorText()));
  await save();
  await until('the renamed file', async () => /decision recorded/.test(onDisk()) && !/recording is/.test(onDisk()));
  step('a decision is renamed where it is declared and used');

  await goTo(8, 12);
  await command('Tally: Show Truth Table');
  const frame = await until('the panel', async () => {
    for (const one of page.frames()) {
      if (/^Truth table/.test(await one.title().catch(() => ''))) return one;
    }
    return undefined;
  });
  await until('the rows of the table', async () => (await frame.locator('tbody tr').count()) >= 3);
  const rows = await frame.locator('tbody tr').allInnerTexts();
  assert.ok(rows.some((row) => /onnet\s+onnet\s+not on\s+off\s+2\s+internal calls/.test(row)), rows.join('\n'));
  assert.ok((await frame.locator('.outcome-1').count()) > 0, 'outcomes have their colours');
  await frame.locator('#filter').fill('not on');
  assert.equal(await frame.locator('tbody tr:not(.hidden)').count(), rows.filter((row) => /not on/.test(row)).length);
  await frame.locator('#filter').fill('');
  step('the truth table stands beside the rules');
  await page.waitForTimeout(500);
  await picture('truth_table');


  await page.locator('.monaco-editor .view-lines').first().click();
  await command('Tally: Explain a Request');
  const request = page.locator('.quick-input-widget input');
  await until('the field for the request', async () => (await request.inputValue()) === '{}');
  await request.fill('{"source": "onnet", "destination": "onnet"}');
  await page.keyboard.press('Enter');
  const why = await until('the explanation', async () => {
    for (const one of page.frames()) {
      if (/^Why/.test(await one.title().catch(() => ''))) return one.locator('main').innerText();
    }
    return undefined;
  });
  assert.match(why, /internal calls/);
  step('a request is explained');

  await page.locator('.monaco-editor .view-lines').first().click();
  await goTo(8, 12);
  await command('Tally: Show Edits That Nothing Notices');
  await page.locator('.squiggly-info').first().waitFor();
  step('edits that nothing notices stand at their rules');
  await page.waitForTimeout(500);
  await picture('unnoticed');
} catch (error) {
  await picture('failure').catch(() => undefined);
  console.error(`not ok - ${error.message}`);
  process.exitCode = 1;
} finally {
  await browser.close();
  running.kill();
  await new Promise((resolve) => running.once('exit', resolve));
  rmSync(work, { recursive: true, force: true, maxRetries: 5 });
}
