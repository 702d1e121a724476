-- The dashboard counts all that is renewed soon, and reads only this index for it.
CREATE INDEX services_renewing_idx ON services (renewal_date, id) WHERE retired_at IS NULL;
