-- Which process works on a key: the number under which it holds an advisory lock for as long as it lives. Older processes leave
-- it empty, and their keys are held for a time, as before.
ALTER TABLE idempotency_keys ADD COLUMN holder integer;
