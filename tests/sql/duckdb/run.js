// node run.js SCRIPT.sql: runs the statements of a script in a new database, and prints rows as columns with tabs between
// them, NULL as \N. A statement ends with `;` at the end of a line.
const { DuckDBInstance } = require('@duckdb/node-api');
const fs = require('fs');

async function main() {
  const instance = await DuckDBInstance.create(':memory:', { threads: process.env.THREADS || '2' });
  const connection = await instance.connect();
  for (const statement of fs.readFileSync(process.argv[2], 'utf8').split(/;\n/)) {
    if (statement.trim() === '') continue;
    try {
      const reader = await connection.runAndReadAll(statement);
      let out = '';
      for (const row of reader.getRows()) out += row.map((v) => (v === null ? '\\N' : String(v))).join('\t') + '\n';
      if (!/^\s*(CREATE|INSERT|DROP)/i.test(statement)) process.stdout.write(out);
    } catch (error) {
      console.error(error.message.slice(0, 400) + '\n  in ' + statement.slice(0, 200));
      process.exitCode = 1;
    }
  }
}
main();
