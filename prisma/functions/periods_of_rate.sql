CREATE OR REPLACE FUNCTION public.periods_of_rate(rate currency_rates)
 RETURNS integer[]
 LANGUAGE sql
 STABLE
RETURN ARRAY(SELECT period.id FROM (fiscal_years year JOIN periods period ON ((period.fiscal_year_id = year.id))) WHERE ((((periods_of_rate.rate).effective_date >= year.start_date) AND ((periods_of_rate.rate).effective_date <= year.end_date)) AND (((periods_of_rate.rate).rate_set = 'PLAN'::text) OR (((periods_of_rate.rate).effective_date >= period.start_date) AND ((periods_of_rate.rate).effective_date <= period.end_date)))));
