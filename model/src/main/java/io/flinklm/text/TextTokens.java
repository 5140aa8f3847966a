package io.flinklm.text;

/**
 * The tokens of a text, in two arrays: the id of each, and how many bytes of the text it takes. A
 * token takes the white space before it with it, and the last one that behind it too. So the bytes
 * of all tokens are those of the text, if it has a token at all.
 *
 * @param ids of the tokens
 * @param lengths of the tokens in bytes
 */
public record TextTokens(int[] ids, int[] lengths) {
  /** Of a text without tokens. */
  public static final TextTokens NONE = new TextTokens(new int[0], new int[0]);
}
