import { createTheme } from '@mui/material/styles';
import type {} from '@mui/material/themeCssVarsAugmentation';
import type {} from '@mui/x-data-grid/themeAugmentation';

/** Every colour and size of the product. Pages name a role ("adverse"), never a value. */

type Series = { budget: string; actual: string; committed: string; previous: string };
type Pair = { main: string; soft: string };
declare module '@mui/material/styles' {
  // Declaration merging needs interfaces.
  interface Palette {
    adverse: Pair;
    favourable: Pair;
    selection: Pair;
    series: Series;
  }
  interface PaletteOptions {
    adverse: Pair;
    favourable: Pair;
    selection: Pair;
    series: Series;
  }
}

/** Adverse and favourable differ in warmth and lightness, so that every kind of colour vision tells them apart. */
const light = {
  mode: 'light' as const,
  primary: { main: '#2c55c4', contrastText: '#ffffff' },
  error: { main: '#b42318' },
  warning: { main: '#8a5a00' },
  success: { main: '#00677f' },
  info: { main: '#2c55c4' },
  background: { default: '#f6f7f8', paper: '#ffffff' },
  text: { primary: '#1a1e22', secondary: '#56606a', disabled: '#6b7580' },
  divider: '#d9dee3',
  adverse: { main: '#ad4200', soft: '#fdeee4' },
  favourable: { main: '#00677f', soft: '#e2f3f7' },
  selection: { main: '#2c55c4', soft: '#e8eefb' },
  series: { budget: '#8a97a6', actual: '#2c55c4', committed: '#c28a1a', previous: '#b9c1ca' },
};
const dark = {
  mode: 'dark' as const,
  primary: { main: '#8fb0ff', contrastText: '#10141c' },
  error: { main: '#ff9a8f' },
  warning: { main: '#e2b04a' },
  success: { main: '#5cc8dc' },
  info: { main: '#8fb0ff' },
  background: { default: '#131619', paper: '#1a1e22' },
  text: { primary: '#e7eaed', secondary: '#a4aeb8', disabled: '#8b96a1' },
  divider: '#2f353b',
  adverse: { main: '#f6a061', soft: '#3a2717' },
  favourable: { main: '#5cc8dc', soft: '#14313a' },
  selection: { main: '#8fb0ff', soft: '#22304f' },
  series: { budget: '#76828f', actual: '#8fb0ff', committed: '#d8a94a', previous: '#4c565f' },
  // What the browser fills in would be a bright blue.
  Input: { autofillWebkitBoxShadow: '0 0 0 100px #22304f inset' },
};

export const size = { row: 32, header: 34, gridHeader: 40, bar: 48, navigation: 176, control: 30 } as const;
const durationMs = 120;

export const theme = createTheme({
  cssVariables: { colorSchemeSelector: 'data-scheme' },
  colorSchemes: { light: { palette: light }, dark: { palette: dark } },
  spacing: 4,
  shape: { borderRadius: 4 },
  typography: {
    fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", sans-serif',
    htmlFontSize: 16,
    fontSize: 13,
    h1: { fontSize: 18, fontWeight: 600, lineHeight: 1.35 },
    h2: { fontSize: 15, fontWeight: 600, lineHeight: 1.4 },
    h3: { fontSize: 13, fontWeight: 600, lineHeight: 1.5 },
    body1: { fontSize: 14, lineHeight: 1.5 },
    body2: { fontSize: 13, lineHeight: 1.45 },
    caption: { fontSize: 12, lineHeight: 1.4 },
    button: { fontSize: 13, fontWeight: 500, textTransform: 'none' },
  },
  transitions: {
    duration: {
      shortest: 80,
      shorter: durationMs,
      short: durationMs,
      standard: durationMs,
      complex: durationMs,
      enteringScreen: durationMs,
      leavingScreen: 80,
    },
  },
  components: {
    MuiCssBaseline: {
      styleOverrides: ({ vars: { palette } }) => ({
        body: { fontSize: 13, fontVariantNumeric: 'tabular-nums' },
        '.visually-hidden': {
          position: 'absolute',
          width: 1,
          height: 1,
          overflow: 'hidden',
          clipPath: 'inset(50%)',
          whiteSpace: 'nowrap',
        },
        '.amount': { whiteSpace: 'nowrap' },
        '.amount.adverse': { color: palette.adverse.main },
        '.amount.favourable': { color: palette.favourable.main },
        '.month-lock': {
          display: 'inline-flex',
          alignItems: 'center',
          verticalAlign: 'text-bottom',
          gap: 4,
          whiteSpace: 'nowrap',
          color: palette.text.secondary,
          '&.soft': { color: palette.warning.main },
          '& svg': { width: 13, height: 13, fill: 'currentColor' },
        },
        '@media (prefers-reduced-motion: reduce)': {
          '*, *::before, *::after': { animationDuration: '0.01ms !important', transitionDuration: '0.01ms !important' },
        },
      }),
    },
    MuiButtonBase: {
      defaultProps: { disableRipple: true },
      styleOverrides: {
        root: ({ theme: { vars } }) => ({
          '&.Mui-focusVisible': { outline: `2px solid ${vars.palette.primary.main}`, outlineOffset: 1 },
        }),
      },
    },
    MuiButton: {
      defaultProps: { size: 'small', disableElevation: true },
      styleOverrides: { root: { minHeight: size.control, whiteSpace: 'nowrap' } },
    },
    MuiIconButton: { defaultProps: { size: 'small' } },
    MuiTextField: { defaultProps: { size: 'small' } },
    MuiFormControl: { defaultProps: { size: 'small' } },
    MuiSelect: { defaultProps: { size: 'small' } },
    MuiNativeSelect: {
      styleOverrides: {
        // Without its underline nothing else would show where the keyboard is.
        select: ({ theme: { vars } }) => ({
          '&&:focus-visible': { outline: `2px solid ${vars.palette.primary.main}`, outlineOffset: 1 },
        }),
      },
    },
    MuiAutocomplete: {
      defaultProps: { size: 'small' },
      // As high as the fields beside it.
      styleOverrides: { root: { '& .MuiOutlinedInput-root.MuiInputBase-sizeSmall': { paddingBlock: 3.5 } } },
    },
    MuiCheckbox: { defaultProps: { size: 'small' } },
    MuiSwitch: { defaultProps: { size: 'small' } },
    MuiRadio: { defaultProps: { size: 'small' } },
    MuiChip: { defaultProps: { size: 'small' } },
    MuiTable: { defaultProps: { size: 'small' } },
    MuiToggleButtonGroup: { defaultProps: { size: 'small' } },
    MuiToggleButton: {
      styleOverrides: {
        root: ({ theme: { vars } }) => ({
          textTransform: 'none',
          minHeight: size.control,
          paddingBlock: 2,
          paddingInline: 10,
          color: vars.palette.text.secondary,
        }),
      },
    },
    MuiOutlinedInput: {
      styleOverrides: {
        root: { fontSize: 13, '&.MuiInputBase-sizeSmall .MuiOutlinedInput-input': { paddingBlock: 6 } },
      },
    },
    MuiInputBase: {
      styleOverrides: {
        input: ({ theme: { vars } }) => ({ '&::placeholder': { color: vars.palette.text.secondary, opacity: 1 } }),
      },
    },
    // Below the bar: at the foot are totals.
    MuiSnackbar: { styleOverrides: { root: { '&.MuiSnackbar-anchorOriginTopCenter': { top: size.bar + 8 } } } },
    MuiInputLabel: { styleOverrides: { root: { fontSize: 13 } } },
    MuiMenuItem: { styleOverrides: { root: { fontSize: 13, minHeight: size.row } }, defaultProps: { dense: true } },
    MuiTabs: { styleOverrides: { root: { minHeight: size.header } } },
    MuiTab: {
      styleOverrides: { root: { minHeight: size.header, paddingBlock: 6, textTransform: 'none', fontSize: 13 } },
    },
    MuiTooltip: { defaultProps: { enterDelay: 400 }, styleOverrides: { tooltip: { fontSize: 12 } } },
    MuiPaper: { styleOverrides: { root: { backgroundImage: 'none' } } },
    MuiLink: { defaultProps: { underline: 'hover' } },
    MuiDataGrid: {
      defaultProps: { rowHeight: size.row, columnHeaderHeight: size.gridHeader },
      styleOverrides: {
        root: ({ theme: { vars } }) => ({
          fontSize: 13,
          borderColor: vars.palette.divider,
          '--DataGrid-t-header-background-base': vars.palette.background.default,
          '& .MuiDataGrid-columnHeader, & .MuiDataGrid-cell': { paddingInline: 6 },
          '--DataGrid-rowBorderColor': vars.palette.divider,
          // The arrow leaves room for the title; the whole heading can be clicked.
          '& .MuiDataGrid-columnHeader--sorted .MuiDataGrid-iconButtonContainer': { width: 14 },
          '& .MuiDataGrid-iconButtonContainer .MuiIconButton-root': {
            padding: 0,
            '&::after': { content: '""', position: 'absolute', inset: -5 },
          },
          // It fills what the columns leave; with padding it would make every list wider than its frame.
          '& .MuiDataGrid-cell.MuiDataGrid-cellEmpty': { paddingInline: 0 },
          '& .MuiDataGrid-columnHeader--last .MuiDataGrid-columnSeparator': { right: 0 },
          '& .MuiDataGrid-sortIcon': { fontSize: 14 },
          '& .MuiDataGrid-columnHeaderTitle': { fontWeight: 600, fontSize: 12, lineHeight: 1.25, whiteSpace: 'normal' },
          '& .MuiDataGrid-columnHeader--alignRight .MuiDataGrid-columnHeaderTitle': { textAlign: 'right' },
          '& .MuiDataGrid-cell:focus, & .MuiDataGrid-cell:focus-within': {
            outline: `2px solid ${vars.palette.primary.main}`,
            outlineOffset: -2,
          },
        }),
      },
    },
  },
});
