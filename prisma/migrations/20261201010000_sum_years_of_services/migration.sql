-- The dashboard adds up years of some services, and reads only this index for it. It also finds the years of a service, as the one before it did.
CREATE INDEX service_years_of_service_idx ON service_years (service_id, fiscal_year_id) INCLUDE (budget, actual, ytd_budget, ytd_actual);
DROP INDEX service_years_service_id_idx;
