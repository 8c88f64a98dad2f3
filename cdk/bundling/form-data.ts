/** Node's own: axios asks the package only where the platform has none, and our requests have no body at all. */
export default FormData;
