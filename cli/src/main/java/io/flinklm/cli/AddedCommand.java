package io.flinklm.cli;

import java.util.concurrent.Callable;

/**
 * A subcommand of {@code flink-lm} that is in a module of its own. The command finds it by {@link
 * java.util.ServiceLoader} where that module is on the class path, and does without it elsewhere.
 * Its class names the subcommand by picocli's annotation {@code @Command}.
 */
public interface AddedCommand extends Callable<Integer> {}
