CREATE OR REPLACE FUNCTION public.months_of(line plan_lines)
 RETURNS numeric[]
 LANGUAGE sql
 IMMUTABLE
RETURN ARRAY[(line).m01, (line).m02, (line).m03, (line).m04, (line).m05, (line).m06, (line).m07, (line).m08, (line).m09, (line).m10, (line).m11, (line).m12];

CREATE OR REPLACE FUNCTION public.months_of(line actuals)
 RETURNS numeric[]
 LANGUAGE sql
 IMMUTABLE
RETURN ARRAY[(line).m01, (line).m02, (line).m03, (line).m04, (line).m05, (line).m06, (line).m07, (line).m08, (line).m09, (line).m10, (line).m11, (line).m12];
