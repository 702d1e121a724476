-- The first rule that "verify" found broken, and what breaks it. An older server keeps the number only.
ALTER TABLE verifications ADD COLUMN words text NOT NULL DEFAULT '';
