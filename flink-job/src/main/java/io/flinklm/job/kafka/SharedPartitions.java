package io.flinklm.job.kafka;

import java.util.Set;

/**
 * The partitions of one reader of text, as its threads both know them: the one that fetches, and
 * the task's own.
 *
 * @param held those that are not to be read for now
 * @param origins where their text is from
 * @param lost what Kafka had deleted of it
 */
record SharedPartitions(Set<Integer> held, TextOrigins origins, LostText lost) {}
