-- Addresses of a page that a person keeps under a name, and which of them the menu of a person leads to.
CREATE TABLE saved_views (
  id SERIAL PRIMARY KEY,
  page TEXT NOT NULL,
  name TEXT NOT NULL,
  address TEXT NOT NULL,
  owner_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  is_shared BOOLEAN NOT NULL DEFAULT false,
  version INTEGER NOT NULL DEFAULT 1,
  CONSTRAINT saved_views_name_not_blank CHECK (name_key(name) <> '')
);
CREATE UNIQUE INDEX saved_views_name_key ON saved_views (owner_id, page, name_key(name));
CREATE INDEX saved_views_shared_idx ON saved_views (page) WHERE is_shared;

CREATE TABLE preferred_views (
  user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  page TEXT NOT NULL,
  view_id INTEGER NOT NULL REFERENCES saved_views (id) ON DELETE CASCADE,
  PRIMARY KEY (user_id, page)
);
CREATE INDEX preferred_views_view_id_idx ON preferred_views (view_id);
