-- What a transaction of plain appends came to: three numbers for each Set that it
-- applied, namely its place in the batch, and its item's position and time. It answers a
-- node that lost the answer to the commit. NULL for all other transactions.
ALTER TABLE commits ADD COLUMN placed bigint[];
