-- Exceptions are counted on every dashboard, so each of them reads an index and nothing else.

-- A variance is material from both on: an amount in the base currency, and a percentage of the budget.
INSERT INTO settings (key, value) VALUES ('materialAmount', '"500000"'), ('materialPercent', '"10"');

DROP INDEX service_years_ytd_variance_order_idx;
CREATE INDEX service_years_ytd_variance_order_idx ON service_years (fiscal_year_id, ytd_variance, service_id) INCLUDE (ytd_budget);

-- Which services buy in a currency: a split carries the currency of its line.
ALTER TABLE purchase_splits ADD COLUMN currency_id integer REFERENCES currencies ON DELETE RESTRICT;
CREATE INDEX purchase_splits_currency_id_idx ON purchase_splits (currency_id, fiscal_year_id, service_id);

CREATE FUNCTION carry_line_currency() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.currency_id := (SELECT currency_id FROM purchase_lines WHERE id = NEW.purchase_line_id);
  RETURN NEW;
END $$;
CREATE TRIGGER carry_line_currency BEFORE INSERT OR UPDATE OF purchase_line_id, currency_id ON purchase_splits
FOR EACH ROW EXECUTE FUNCTION carry_line_currency();

CREATE FUNCTION change_split_currency() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE purchase_splits SET currency_id = NEW.currency_id WHERE purchase_line_id = NEW.id;
  RETURN NULL;
END $$;
CREATE TRIGGER change_split_currency AFTER UPDATE OF currency_id ON purchase_lines
FOR EACH ROW WHEN (OLD.currency_id <> NEW.currency_id) EXECUTE FUNCTION change_split_currency();

-- No amount changes, so no figure does and no split is checked again.
ALTER TABLE purchase_splits DISABLE TRIGGER USER;
UPDATE purchase_splits s SET currency_id = l.currency_id FROM purchase_lines l WHERE l.id = s.purchase_line_id;
ALTER TABLE purchase_splits ENABLE TRIGGER USER;
ALTER TABLE purchase_splits ALTER COLUMN currency_id SET NOT NULL;
