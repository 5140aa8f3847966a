package io.flinklm;

/**
 * A failure whose message says all that a person needs: it is shown in one line, without a stack
 * trace. Unlike a {@link UserMistake} it is nothing that was wrong in what was given.
 */
public interface PlainFailure {}
