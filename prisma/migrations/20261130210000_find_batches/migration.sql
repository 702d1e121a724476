-- What one request changed is found by it.
CREATE INDEX audit_entries_request_idx ON audit_entries (request_id, id);
