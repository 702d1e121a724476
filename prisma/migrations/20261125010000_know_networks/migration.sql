-- From where an account's owner has signed in: while others guess from everywhere, the owner still gets in from here.
CREATE TABLE known_networks (
  user_id integer NOT NULL REFERENCES users ON DELETE CASCADE,
  network text NOT NULL CHECK (length(network) <= 64),
  last_used_at timestamptz(3) NOT NULL,
  PRIMARY KEY (user_id, network)
);
CREATE INDEX known_networks_last_used_at_idx ON known_networks (last_used_at);
