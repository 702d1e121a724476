-- An amount to date that is in no index lets a share be rewritten within its page, and none of its other indexes is written.
-- What is over budget in an entity is found among the shares of that entity and year, which are few.
DROP INDEX service_entity_years_variance_idx;
