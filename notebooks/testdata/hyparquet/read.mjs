// Says of each table of a dataset what Node's hyparquet reads in it: a line of JSON each.
// node read.mjs NODE_MODULES DATASET
import { readdirSync } from 'node:fs'
import { join } from 'node:path'

const [modules, dataset] = process.argv.slice(2)
const { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } = await import(join(modules, 'hyparquet/src/node.js'))
const { compressors } = await import(join(modules, 'hyparquet-compressors/src/index.js'))
const parsers = { timestampFromMicroseconds: (n) => n, dateFromDays: (n) => n } // as they are stored

function kind(column) {
  const logical = column.logical_type
  let text = column.type
  if (logical?.type === 'TIMESTAMP') text += ` TIMESTAMP ${logical.unit} ${logical.isAdjustedToUTC ? 'UTC' : 'local'}`
  else if (logical) text += ` ${logical.type}`
  else if (column.converted_type) text += ` ${column.converted_type}`
  return text
}

const order = (a, b) => (typeof a === 'string' ? Buffer.compare(Buffer.from(a), Buffer.from(b)) : a < b ? -1 : a > b ? 1 : 0)

function canonical(value) {
  if (typeof value === 'boolean') return BigInt(value)
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex')
  return value
}

for (const table of readdirSync(dataset, { withFileTypes: true }).filter((e) => e.isDirectory()).map((e) => e.name).sort()) {
  const said = { rows: 0, columns: {} }
  for (const entry of readdirSync(join(dataset, table), { withFileTypes: true, recursive: true })) {
    if (!entry.name.endsWith('.parquet')) continue
    const path = join(entry.parentPath, entry.name)
    const file = await asyncBufferFromFile(path)
    const metadata = await parquetMetadataAsync(file)
    const rows = await parquetReadObjects({ file, metadata, compressors, parsers, utf8: false })
    const machine = decodeURIComponent(/machine=([^/]+)/.exec(path)[1])
    said.rows += rows.length
    for (const column of [{ name: 'machine', type: 'folder' }, ...metadata.schema.slice(1)]) {
      const c = (said.columns[column.name] ??= { known: 0, sum: null, least: null, most: null, type: kind(column), notes: null })
      for (const row of rows) {
        const value = canonical(column.name === 'machine' ? machine : row[column.name])
        if (value === null || value === undefined) continue
        c.known++
        if (typeof value !== 'string') c.sum = c.sum === null ? value : c.sum + value
        if (c.least === null || order(value, c.least) < 0) c.least = value
        if (c.most === null || order(value, c.most) > 0) c.most = value
      }
    }
  }
  for (const c of Object.values(said.columns)) {
    for (const key of ['sum', 'least', 'most']) if (c[key] !== null) c[key] = String(c[key])
  }
  console.log(JSON.stringify({ table, hyparquet: said }))
}
