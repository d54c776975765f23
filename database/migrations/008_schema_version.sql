-- The consumer compares the schema with the one that it knows (spark-nats-consumer check).

GRANT SELECT ON spark_schema_migrations TO spark_consumer;
