package io.flinklm.local.flink;

import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.apache.flink.runtime.checkpoint.CheckpointFailureManager;
import org.apache.flink.runtime.throwable.ThrowableAnnotation;
import org.apache.flink.runtime.throwable.ThrowableType;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RetriableException;

/**
 * A failure of a job, as Flink's REST interface tells it.
 *
 * @param time in milliseconds since 1970
 * @param task that failed; empty if it was the whole job
 * @param stack the exception with its causes, as text
 */
record JobFailure(long time, String task, String stack) {
  private static final Pattern EXCEPTION =
      Pattern.compile("(?m)^(?:Caused by: )?([\\w.$]+)(?::[ ]?(.*))?$");

  // As the system says it; Java has no exception of its own for it.
  private static final Pattern NO_ROOM =
      Pattern.compile(
          "(?m)^(?:Caused by: )?java[.]n?io[.][\\w.]+: .*(?:No space left on device|Disk quota"
              + " exceeded)");

  // Kafka's client says of each of its exceptions whether a later try may succeed.
  private static final List<Class<?>> OUTAGES =
      List.of(RetriableException.class, SocketException.class, UnknownHostException.class);

  private static final List<Class<?>> REFUSALS =
      List.of(AuthorizationException.class, AuthenticationException.class);

  /** What was at the bottom of it, as one line. */
  String cause() {
    MatchResult innermost = null;
    for (MatchResult found : EXCEPTION.matcher(stack).results().toList()) {
      innermost = found;
    }
    if (innermost == null) {
      return stack.lines().findFirst().orElse("no reason was given");
    }
    String name = innermost.group(1);
    String message = innermost.group(2);
    String simple = name.substring(Math.max(name.lastIndexOf('.'), name.lastIndexOf('$')) + 1);
    return message == null || message.isBlank() ? simple : simple + ": " + message;
  }

  /**
   * Whether something outside of the job was away, which passes. So may be whatever keeps
   * checkpoints from being taken, of which the cause is not told.
   */
  boolean isOutage() {
    return isOfCheckpoint()
        || isOfFullDisk()
        || EXCEPTION.matcher(stack).results().anyMatch(found -> isOne(found.group(1), OUTAGES));
  }

  /** Whether a checkpoint could not be taken. */
  boolean isOfCheckpoint() {
    return stack.contains(CheckpointFailureManager.EXCEEDED_CHECKPOINT_TOLERABLE_FAILURE_MESSAGE);
  }

  /** Whether a disk had no room, which someone can make. */
  boolean isOfFullDisk() {
    return NO_ROOM.matcher(stack).find();
  }

  /** Whether Kafka refused what the job asked for, as it would refuse every later try. */
  boolean isRefusal() {
    return EXCEPTION.matcher(stack).results().anyMatch(found -> isOne(found.group(1), REFUSALS));
  }

  /** Whether Flink does not start the job again after it: the next try would end alike. */
  boolean isFinal() {
    return EXCEPTION
        .matcher(stack)
        .results()
        .flatMap(found -> exception(found.group(1)).stream())
        .map(found -> found.getAnnotation(ThrowableAnnotation.class))
        .anyMatch(of -> of != null && of.value() == ThrowableType.NonRecoverableError);
  }

  private static boolean isOne(String name, List<Class<?>> kinds) {
    return exception(name).stream()
        .anyMatch(found -> kinds.stream().anyMatch(kind -> kind.isAssignableFrom(found)));
  }

  private static Optional<Class<?>> exception(String name) {
    try {
      return Optional.of(Class.forName(name, false, JobFailure.class.getClassLoader()));
    } catch (ClassNotFoundException | LinkageError e) {
      return Optional.empty();
    }
  }
}
