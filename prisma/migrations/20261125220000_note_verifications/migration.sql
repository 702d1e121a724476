-- What the command "verify" found. It ends before anybody can ask it, so each process tells it in its metrics.
CREATE TABLE verifications (
  at timestamptz(3) PRIMARY KEY,
  broken integer NOT NULL CHECK (broken >= 0)
);
