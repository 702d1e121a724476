-- A hundred thousand crore in one month is a slip of the unit, not a budget. The contracts say the same (amountLimit).
-- What an older version has taken stays readable: only what is written from now on is checked.
ALTER DOMAIN amount ADD CONSTRAINT amount_below_one_lakh_crore
  CHECK (VALUE > -1000000000000 AND VALUE < 1000000000000) NOT VALID;
