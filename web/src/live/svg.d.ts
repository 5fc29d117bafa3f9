declare module "*.svg" {
  /** Where the built file lies. */
  const url: string;
  export default url;
}
