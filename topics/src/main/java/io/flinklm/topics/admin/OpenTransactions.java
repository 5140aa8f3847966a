package io.flinklm.topics.admin;

import io.flinklm.topics.KafkaAddress;
import io.flinklm.topics.TopicNames;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.ProducerState;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;

/**
 * The transactions of the topic text that are open: their producers have neither committed nor
 * aborted them. Nobody knows yet whether what is in them is text, so a partition is read up to the
 * first of them, and no further before it has ended.
 */
public record OpenTransactions(KafkaAddress kafka) {

  /** What they hold back, and who has them open, as a clause; empty where there is none. */
  public Optional<String> inWords() throws Exception {
    TopicSetup topics = new TopicSetup(kafka);
    // In this order: what comes between both questions is in no transaction that is open.
    Map<Integer, Long> end = topics.textEnd();
    Map<Integer, Long> held = new TreeMap<>(topics.committedTextEnd());
    held.entrySet().removeIf(of -> of.getValue() >= end.getOrDefault(of.getKey(), 0L));
    if (held.isEmpty()) {
      return Optional.empty();
    }
    Set<String> names = names(held);
    return Optional.of(
        "the topic %s at %s has an open transaction%s: what is there (%s) is read once it has ended"
            .formatted(
                kafka.named(TopicNames.TEXT),
                kafka,
                names.isEmpty() ? "" : " of " + String.join(", ", names),
                held.entrySet().stream()
                    .map(of -> "partition " + of.getKey() + " from offset " + of.getValue() + " on")
                    .collect(Collectors.joining(", "))));
  }

  /** The names that producers gave the transactions; none where the client may not ask. */
  private Set<String> names(Map<Integer, Long> held) throws Exception {
    Map<TopicPartition, Long> first = new TreeMap<>((a, b) -> a.partition() - b.partition());
    held.forEach((of, at) -> first.put(new TopicPartition(kafka.named(TopicNames.TEXT), of), at));
    try (Admin admin = new TopicSetup(kafka).admin()) {
      Set<Long> producers =
          admin.describeProducers(first.keySet()).all().get().entrySet().stream()
              .flatMap(
                  of ->
                      of.getValue().activeProducers().stream()
                          .filter(producer -> isOpen(producer, first.get(of.getKey()))))
              .map(ProducerState::producerId)
              .collect(Collectors.toSet());
      return admin
          .listTransactions(new ListTransactionsOptions().filterProducerIds(producers))
          .all()
          .get()
          .stream()
          .map(TransactionListing::transactionalId)
          .map(name -> "'" + name + "'")
          .collect(Collectors.toCollection(TreeSet::new));
    } catch (ExecutionException e) {
      if (e.getCause() instanceof AuthorizationException) {
        return Set.of();
      }
      throw e;
    }
  }

  private static boolean isOpen(ProducerState producer, long at) {
    OptionalLong start = producer.currentTransactionStartOffset();
    return start.isPresent() && start.getAsLong() == at;
  }
}
