"""What the tasks of spark_partitions_and_rollups do."""
