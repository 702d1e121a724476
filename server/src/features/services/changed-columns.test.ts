import { expect, test } from 'vitest';
import { createService, createYear, everyMonth } from '../../../test/factories/index.ts';
import { as } from '../../../test/harness/as.ts';
import { sql } from '../../../test/harness/sql.ts';

test('a change writes the columns that change, and no other', async () => {
  const year = await createYear();
  const service = await createService({}, { planId: year.planId, months: everyMonth('100') });
  // PostgreSQL tells which columns a statement names, whether or not their values differ.
  await sql(`
    CREATE FUNCTION note_column() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
      BEGIN INSERT INTO named_columns VALUES (TG_ARGV[0]); RETURN NULL; END $$`);
  await sql('CREATE TABLE named_columns (name text)');
  for (const [table, column] of [
    ['services', 'description'],
    ['services', 'owner'],
    ['plan_lines', 'm03'],
    ['plan_lines', 'm04'],
  ])
    await sql(
      `CREATE TRIGGER note_${column} AFTER UPDATE OF ${column} ON ${table} FOR EACH ROW EXECUTE FUNCTION note_column('${column}')`,
    );
  const named = async () =>
    (await sql<{ name: string }>('DELETE FROM named_columns RETURNING name')).map(({ name }) => name).toSorted();

  const editor = await as('Editor');
  const patch = (version: number, body: object) =>
    editor.patch(`/api/budgets/${service.id}?fy=FY26`).set('if-match', `"v${version}"`).send(body).expect(200);
  await patch(1, { months: { 3: '150.00' }, reason: 'March' });
  expect(await named()).toEqual(['m03']);
  await patch(2, { owner: 'Someone' });
  expect(await named()).toEqual(['owner']);
});
